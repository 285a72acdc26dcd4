import { MeshError } from '@seedcore/protocol';
import { carries, decide } from '../record/decide.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { hold, refuse, route } from '../record/transitions.ts';
import { tailAndAck } from '../tail/tail.ts';
import type { TaskError } from '../task-spec.ts';
import type { Refusal, RouteDecision, RouterOptions, Worker } from '../worker.ts';
import { Dealer } from './deal.ts';
import { PullLoop } from './pull-loop.ts';
import { defaultTimes, slotsOf, type WorkerIdentity } from './queue-worker.ts';
import type { Parcel } from './take-delivery.ts';

/** Longest time in all, and shortest time, for which a task is held back, in ms. */
const LONGEST_HOLD_MS = 3_600_000;
const SHORTEST_HOLD_MS = 1_000;

/** Hands the tasks of one queue over to others, each by one compare-and-set and one message. */
export class QueueRouter implements Worker {
  readonly queue: string;
  readonly #shelf: TaskShelf;
  readonly #options: RouterOptions;
  readonly #loop: PullLoop;
  readonly #decideMs: number;
  readonly #drained = new AbortController();

  constructor(shelf: TaskShelf, identity: WorkerIdentity, job: RouterOptions & { readonly queue: string }) {
    const { queue } = job;
    this.queue = queue;
    this.#shelf = shelf;
    this.#options = job;
    const { ackWaitMs } = { ...defaultTimes, ...job.times };
    this.#decideMs = (ackWaitMs * 2) / 3;
    const taker = { queue, owner: identity.owner, claims: false };
    const act = ({ parcel, record }: { parcel: Parcel; record: TaskRecord }) => this.#route(parcel, record);
    const dealer = new Dealer(shelf, taker, { act, report: identity.report });
    const handle = dealer.deal.bind(dealer);
    this.#loop = new PullLoop(shelf, { queue, slots: slotsOf(job.slots), ackWaitMs, handle, report: identity.report });
  }

  get ready(): Promise<void> {
    return this.#loop.ready;
  }

  running(): number {
    return this.#loop.busy;
  }

  async drain(graceMs: number): Promise<void> {
    await this.#loop.drain(graceMs);
    this.#drained.abort(new MeshError('draining', { target: `queue ${this.queue}` }));
  }

  async #route(parcel: Parcel, record: TaskRecord): Promise<void> {
    const decision = await this.#decide(record);
    const { value: after, rev } = await this.#shelf.change(record.id, (now) => this.#after(now, parcel, decision));
    const { delivery } = parcel;
    if (after !== undefined && isFinal(after)) return tailAndAck(this.#shelf, { record: after, rev, delivery });
    if (after !== undefined && hasMovedOn(after, parcel)) {
      await this.#shelf.carry(after);
      if (after.state === 'held') this.#shelf.announce(after, 'waiting', { note: after.held?.why ?? '' });
    }
    delivery.ack();
  }

  /** Nothing when the task has moved on in the meantime: another router was first, or somebody cancelled it. */
  #after(now: TaskRecord | undefined, parcel: Parcel, decision: RouteDecision): TaskRecord | 'skip' {
    const at = this.#shelf.now();
    if (now === undefined || decide(now, parcel.facts, at).do !== 'claim') return 'skip';
    if ('refuse' in decision) return refuse(now, refusalOf(decision.refuse), at);
    if ('to' in decision) return route(now, { queue: decision.to, route: decision.route, now: at });
    const { longestHoldMs: longestMs = LONGEST_HOLD_MS } = this.#options;
    const ms = Math.min(longestMs, Math.max(SHORTEST_HOLD_MS, decision.holdMs));
    return hold(now, { until: at + ms, why: decision.why, longestMs, now: at });
  }

  async #decide(record: TaskRecord): Promise<RouteDecision> {
    const { clock } = this.#shelf.broker;
    const spec = await this.#shelf.specOf(record);
    if (spec === undefined) throw new Error('a record without a task cannot be routed');
    const limit = new AbortController();
    const timer = clock.after(this.#decideMs, () =>
      limit.abort(new MeshError('timeout', { target: `route ${record.id}` })),
    );
    try {
      const signal = AbortSignal.any([limit.signal, this.#drained.signal]);
      const { id, gen, traceparent, held } = record;
      const decided = this.#options.decide({
        id,
        gen,
        spec,
        createdAt: new Date(record.created_at),
        ...(held === undefined ? {} : { held: { since: new Date(held.since), looks: held.looks } }),
        traceparent,
        signal,
      });
      return await Promise.race([decided, aborted(signal)]);
    } finally {
      timer.cancel();
    }
  }
}

/** True when another message than this parcel's is responsible, in another queue or in a timer. */
const hasMovedOn = (record: TaskRecord, { facts }: Parcel): boolean =>
  (record.state === 'queued' || record.state === 'held') && !carries(record, facts);

/** A router's no as the record keeps it. */
function refusalOf({ code, message, details }: Refusal): TaskError {
  const short = { code: code.slice(0, 64), message: message.slice(0, 400), retryable: false };
  return details === undefined ? short : { ...short, details };
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
