import { MeshError } from '@seedcore/protocol';
import { type Delivery, deadLettersStream, type Rev } from '@seedcore/store';
import { reach } from '#crash-points';
import { resultsStream } from '../assets.ts';
import { dropOlderLetter } from '../client/find-letter.ts';
import type { Deliver } from '../handler.ts';
import type { HistoryEvent } from '../history/history-event.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { stop } from '../record/transitions.ts';
import type { FullTaskSpec } from '../task-spec.ts';
import { letterOf } from './dead-letter.ts';
import { putNewer } from './put-newer.ts';
import { resultOf } from './task-result.ts';

/** Events that a dead letter repeats, the newest. */
const LETTER_EVENTS = 50;
/** An end whose history cannot be reached, or that could not be delivered, is looked at again after this long, in ms. */
const AGAIN_MS = 5000;
const MOST_AGAIN_MS = 60_000;

/**
 * What follows a final state: the end of what a cancelled task has begun, dead letter, result, notice. Every part may be
 * repeated; a crash in between is mended by the next delivery of the message, which is acknowledged only afterwards.
 */
export async function tail(shelf: TaskShelf, record: TaskRecord, rev?: Rev): Promise<void> {
  const result = resultOf(record);
  if (result === undefined) return;
  const { broker, subjects } = shelf;
  if (record.state === 'cancelled') for (const id of record.children) await cancelChild(shelf, id, record.reason);
  if (record.dead !== undefined) {
    await shelf.ended(record, rev);
    const input = await shelf.inputRef(record);
    // What is beside the record because of its size is too large for a letter as well.
    const spec = input === undefined ? await specIfAny(shelf, record) : record.spec;
    const steps = await shelf.steps(record);
    const letter = letterOf(record, { spec, input, steps, history: await lastEvents(shelf, record.id) });
    const subject = subjects.deadLetter(record.queue, record.id);
    reach('tail.before_dead_letter');
    await putNewer(broker, { stream: subjects.stream(deadLettersStream.name), subject, body: letter, first: false });
  } else if (record.gen > 1) await dropOlderLetter(shelf, record); // whoever began this life may have died before it
  const first = record.gen === 1 && record.attempt <= 1;
  const stream = subjects.stream(resultsStream.name);
  reach('tail.before_result');
  await putNewer(broker, { stream, subject: subjects.result(record.id), body: result, first });
  if (record.parent !== undefined) {
    reach('tail.before_wake');
    await shelf.wakeParent(record.parent.id, `${record.id}.${record.gen}`);
  }
  shelf.announce(record, 'done');
  reach('tail.before_ack');
}

/** Whoever runs it is told to stop. */
async function cancelChild(shelf: TaskShelf, id: string, reason = 'its parent was cancelled'): Promise<void> {
  const { value: child } = await shelf.change(id, (now) => {
    if (now === undefined || isFinal(now)) return 'skip';
    const by = now.state === 'running' ? 'force' : 'nobody';
    return stop({ ...now, reason }, { as: 'cancelled', by, now: shelf.now() });
  });
  if (child?.stopped_by === 'force') shelf.publish(shelf.subjects.cancel(id), { reason });
  if (child?.state === 'cancelled') await tail(shelf, child);
}

/** A record that has ended, and the message that brought it. */
export type EndedDelivery = {
  readonly record: TaskRecord;
  readonly rev: Rev;
  readonly delivery: Delivery;
  readonly deliver?: Deliver | undefined;
};

/**
 * What the attempt left to be delivered, the tail, then the acknowledgement; that waits for the end to be in the history, but
 * holds nobody up. What could not be delivered withholds no result, but the acknowledgement: the message comes again.
 */
export async function tailAndAck(shelf: TaskShelf, { record, rev, delivery, deliver }: EndedDelivery): Promise<void> {
  const delivered = await handedOver(record, deliver);
  await tail(shelf, record, rev);
  const again = () => delivery.nak(Math.min(MOST_AGAIN_MS, AGAIN_MS * delivery.deliveries));
  void shelf.ended(record, rev).then(() => (delivered ? delivery.ack() : again()), again);
}

/** False when it has to be tried again; what is no trouble of the mesh is a defect of whoever delivers. */
async function handedOver(record: TaskRecord, deliver: Deliver | undefined): Promise<boolean> {
  const { id, gen, epoch, ext } = record;
  if (record.state !== 'succeeded' || ext === undefined) return true;
  if (deliver === undefined) return false;
  try {
    await deliver({ id, gen, epoch, ext });
    return true;
  } catch (error) {
    if (error instanceof MeshError) return false;
    throw error;
  }
}

/** A letter without its history is better than none. */
async function lastEvents(shelf: TaskShelf, id: string): Promise<readonly HistoryEvent[]> {
  try {
    return (await shelf.history.read(id)).slice(-LETTER_EVENTS);
  } catch (error) {
    if (error instanceof MeshError) return [];
    throw error;
  }
}

/** A letter without its large input is better than none. */
async function specIfAny(shelf: TaskShelf, record: TaskRecord): Promise<FullTaskSpec | undefined> {
  try {
    return await shelf.specOf(record);
  } catch (error) {
    if (error instanceof MeshError && error.code === 'unavailable') return record.spec;
    throw error;
  }
}
