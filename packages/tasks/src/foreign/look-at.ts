import { badRequest, MeshError } from '@seedcore/protocol';
import type { Delivery } from '@seedcore/store';
import { checkedQueue } from '../client/submit.ts';
import { type DeliveryFacts, decide } from '../record/decide.ts';
import { firstRecord, publishedAt } from '../record/first-record.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import { CARRIER, type TaskShelf } from '../record/task-shelf.ts';
import { handOver, postpone, stop, takeOver } from '../record/transitions.ts';
import { followUp } from './follow-up.ts';

/** Header that says on which subject a task was published that has no record yet. */
export const PUBLISHED_ON = 'Sc-Published-On';
/** Header that says which message of the stream a worker had. */
export const SEQ = 'Sc-Seq';

/**
 * A worker in another language acknowledges a message and leaves it to us what follows: the record of a plain publish,
 * the tail of a task that has ended, an end that nobody had to run it for, another message. Safe to repeat.
 *
 * @throws MeshError `bad_request` for a task that was published somewhere else; `unavailable` while its attempt runs
 */
export async function lookAt(
  shelf: TaskShelf,
  token: string,
  message: Pick<Delivery, 'body' | 'header'>,
): Promise<undefined> {
  const subject = message.header(PUBLISHED_ON);
  const id = subject === undefined ? token : await adopt(shelf, { subject, token, message });
  const facts = { carrier: message.header(CARRIER), seq: Number(message.header(SEQ)) || 0, deliveries: 1 };
  const { value: record } = await shelf.change(id, (now) =>
    now === undefined ? 'skip' : (moved(now, facts, shelf.now()) ?? 'skip'),
  );
  if (record !== undefined) await followUp(shelf, record);
}

/** A plain publish becomes a task like one that was submitted, or a dead letter; tells its id. */
async function adopt(
  shelf: TaskShelf,
  given: {
    readonly subject: string;
    readonly token: string;
    readonly message: Pick<Delivery, 'body' | 'header'>;
  },
): Promise<string> {
  const { subject, token, message } = given;
  const published = publishedAt(subject);
  const { id } = published;
  if (published.token !== token)
    throw badRequest(`look ${token}`, '', `it was not published on "${subject.slice(0, 64)}"`);
  if ((await shelf.read(id)) !== undefined) return id;
  const queue = checkedQueue(subject.split('.').at(-3) ?? '');
  const traceparent = message.header('traceparent');
  const { record, spec } = firstRecord(message.body, { ...published, queue, now: shelf.now(), traceparent });
  if (spec !== undefined) await shelf.keepInput(record, spec);
  const { created } = await shelf.create(record);
  if (created && !isFinal(record)) shelf.announce(record, 'queued');
  return id;
}

/** What has to become of a task whose message somebody gives up without having begun it. */
function moved(record: TaskRecord, facts: DeliveryFacts, now: number): TaskRecord | undefined {
  const decision = decide(record, facts, now);
  switch (decision.do) {
    case 'end':
      return stop(record, { as: decision.as, by: 'nobody', now });
    case 'take_over':
      return lostForGood(record, { owner: 'sys', seq: facts.seq, now });
    case 'wait':
    case 'postpone':
      return postpone(record, now);
    case 'claim':
    case 'renew':
      return handOver(record, { queue: record.queue, now });
    default:
      return undefined;
  }
}

/** Nobody but a worker can take a task over; what remains is one that has lost too many. */
function lostForGood(record: TaskRecord, by: { owner: string; seq: number; now: number }): TaskRecord {
  const taken = takeOver(record, by);
  if (isFinal(taken)) return taken;
  const target = `look ${record.id}`;
  throw new MeshError('unavailable', { target, message: `${target}: attempt ${record.attempt} may still run` });
}
