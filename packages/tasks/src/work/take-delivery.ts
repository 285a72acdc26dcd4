import type { Delivery } from '@seedcore/store';
import { type Decision, type DeliveryFacts, decide } from '../record/decide.ts';
import { firstRecord, type Published, publishedAt } from '../record/first-record.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import { CARRIER, type TaskShelf } from '../record/task-shelf.ts';
import { claim, handOver, postpone, stop, takeOver } from '../record/transitions.ts';
import type { FullTaskSpec } from '../task-spec.ts';

/** Who takes deliveries, and whether to run them or only to look where they belong. */
export type Taker = { readonly queue: string; readonly owner: string; readonly claims: boolean };

/** What became of a delivery: what is left to do, the record it is about, and the revision it was read or written at. */
export type Taken = {
  readonly next: 'run' | 'route' | 'tail' | 'assert' | 'drop' | { readonly waitMs: number };
  readonly record: TaskRecord | undefined;
  readonly rev: number;
};

/** A delivery as a piece of work: whose it is, and the task in its body when it is a plain publish. */
export class Parcel {
  readonly id: string;
  readonly delivery: Delivery;
  readonly facts: DeliveryFacts;
  readonly #published: Published;
  #spec: FullTaskSpec | undefined;

  constructor(delivery: Delivery) {
    this.#published = publishedAt(delivery.subject);
    this.id = this.#published.id;
    this.delivery = delivery;
    this.facts = { carrier: delivery.header(CARRIER), seq: delivery.seq, deliveries: delivery.deliveries };
  }

  /** The task in the body; absent unless {@link firstRecord} has read one. */
  get spec(): FullTaskSpec | undefined {
    return this.#spec;
  }

  /** The record of a plain publish: accepted, or failed because it cannot be read. */
  firstRecord(queue: string, now: number): TaskRecord {
    const { seq, body } = this.delivery;
    const traceparent = this.delivery.header('traceparent');
    const first = firstRecord(body, { ...this.#published, queue, now, publishedAs: seq, traceparent });
    this.#spec = first.spec;
    return first.record;
  }
}

/** Decides about a delivery and writes what follows from it, in one compare-and-set. */
export async function take(shelf: TaskShelf, parcel: Parcel, taker: Taker): Promise<Taken> {
  let next: Taken['next'] = 'drop';
  const decided = (now: TaskRecord | undefined) => {
    const step = stepOf(now, parcel, { ...taker, now: shelf.now() });
    next = step.next;
    return step.write ?? 'skip';
  };
  const { value, rev } = await shelf.change(parcel.id, decided, { recent: true });
  return { next, record: value, rev };
}

type Step = { readonly next: Taken['next']; readonly write?: TaskRecord };
type Taking = Taker & { readonly now: number };

function stepOf(record: TaskRecord | undefined, parcel: Parcel, taking: Taking): Step {
  const decision = decide(record, parcel.facts, taking.now);
  if (decision.do === 'create') return created(parcel, taking);
  return record === undefined ? { next: 'drop' } : applied(record, decision, { parcel, taking });
}

function created(parcel: Parcel, taking: Taking): Step {
  const first = parcel.firstRecord(taking.queue, taking.now);
  if (isFinal(first)) return { next: 'tail', write: first };
  const step = applied(first, decide(first, parcel.facts, taking.now), { parcel, taking });
  return { write: first, ...step };
}

function applied(
  record: TaskRecord,
  decision: Decision,
  by: { readonly parcel: Parcel; readonly taking: Taking },
): Step {
  const { owner, claims, now } = by.taking;
  const mine = { owner, seq: by.parcel.delivery.seq, now };
  switch (decision.do) {
    case 'claim':
      return claims ? { next: 'run', write: claim(record, mine) } : { next: 'route' };
    case 'take_over': {
      const taken = takeOver(record, mine);
      return { next: isFinal(taken) ? 'tail' : 'run', write: taken };
    }
    case 'end':
      return { next: 'tail', write: stop(record, { as: decision.as, by: 'nobody', now }) };
    case 'renew':
      return { next: 'assert', write: handOver(record, { queue: record.queue, now }) };
    case 'postpone':
      return { next: 'assert', write: postpone(record, now) };
    case 'wait':
      return { next: { waitMs: decision.ms } };
    case 'create':
      return { next: 'drop' };
    default:
      return { next: decision.do };
  }
}
