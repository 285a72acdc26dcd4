import { delay, MeshError } from '@seedcore/protocol';
import type { Delivery, Rev, Updated } from '@seedcore/store';
import { reach } from '#crash-points';
import { ENDED_MS } from '../assets.ts';
import type { Deliver, Ended, Handler } from '../handler.ts';
import { lateEvent } from '../history/history-event.ts';
import type { ValueRef } from '../record/large-values.ts';
import { isFinal, type TaskRecord, timeOf } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { type Claim, handBack, holds, lose, park, stop, succeed } from '../record/transitions.ts';
import { tailAndAck } from '../tail/tail.ts';
import type { FullTaskSpec, TaskError } from '../task-spec.ts';
import type { QueueTimes, RetryPolicy, Settled } from '../worker.ts';
import { afterFailure, type Failure } from './after-failure.ts';
import { AttemptWatch } from './attempt-watch.ts';
import { LetGo, type LetGoAs } from './let-go.ts';
import type { Report } from './report.ts';
import { type StopKind, stopReason } from './stopped.ts';
import { AttemptContext } from './task-context.ts';
import { declared, errorOf } from './task-error.ts';
import { bounded, unknownType } from './what-it-brought.ts';

/** A handler that was told to stop has this long to do so before the attempt ends without it, in ms. */
const GRACE_MS = 2000;
/** A large result is kept as long as the small ones, and the time its record may take to be written; in ms. */
const RESULT_MS = ENDED_MS + 3_600_000;

/** How a queue's attempts are run. */
export type AttemptTerms = {
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly retry: RetryPolicy;
  readonly times: QueueTimes;
  readonly idleMs: number;
  readonly runMs: number;
  readonly deliver: Deliver | undefined;
  readonly settled: Settled | undefined;
  readonly report: Report;
};

/** How a handler came to its end. */
type Outcome =
  | { readonly how: 'ended'; readonly ended: Ended; readonly ref?: ValueRef | undefined }
  | { readonly how: 'threw'; readonly error: TaskError; readonly retryAfterMs: number | undefined }
  | { readonly how: 'stopped'; readonly kind: StopKind }
  | { readonly how: 'parked'; readonly until: number }
  | { readonly how: 'let_go'; readonly as: LetGoAs };

/** One claimed task on its way through a handler. */
export class RunningAttempt {
  readonly id: string;
  /** Settles when the attempt has ended, whatever way. */
  readonly done: Promise<void>;
  readonly #shelf: TaskShelf;
  readonly #terms: AttemptTerms;
  readonly #record: TaskRecord;
  readonly #delivery: Delivery;
  readonly #controller = new AbortController();
  readonly #stopped = Promise.withResolvers<Outcome>();
  readonly #watch: AttemptWatch;
  readonly #startedAt: number;
  #context: AttemptContext | undefined;
  /** Its end was sent, and nobody knows what became of it: should it be there, it is most likely its own. */
  #ending = false;

  constructor(shelf: TaskShelf, terms: AttemptTerms, claimed: { record: TaskRecord; delivery: Delivery }) {
    const { record, delivery } = claimed;
    this.id = record.id;
    this.#shelf = shelf;
    this.#terms = terms;
    this.#record = record;
    this.#delivery = delivery;
    this.#startedAt = shelf.broker.clock.now();
    this.#watch = new AttemptWatch(shelf, {
      id: record.id,
      claim: { gen: record.gen, n: record.attempt },
      delivery,
      times: terms.times,
      idleMs: terms.idleMs,
      runMs: terms.runMs,
      deadlineMs: record.deadline_at === undefined ? undefined : Date.parse(record.deadline_at),
      stop: (kind) => this.stop(kind),
      report: terms.report,
    });
    this.done = this.#run().finally(() => this.#watch.end());
  }

  /** Tells the handler to stop; what it does afterwards counts only where that is still of use. */
  stop(kind: StopKind): void {
    if (this.#controller.signal.aborted) return;
    this.#controller.abort(stopReason(kind, this.id));
    this.#stopped.resolve({ how: 'stopped', kind });
  }

  /** Looks at the record at once. */
  look(): void {
    this.#watch.look();
  }

  async #run(): Promise<void> {
    this.#shelf.announce(this.#record, 'started');
    const handled = this.#handle();
    const first = await Promise.race([handled, this.#stopped.promise]);
    const outcome = first.how === 'stopped' ? await this.#afterStop(first.kind, handled) : first;
    const fenced = outcome.how === 'stopped' && (outcome.kind === 'fenced' || outcome.kind === 'lost_contact');
    const held = !fenced && (await this.#endIfHeld(outcome));
    if (!held) this.#late(handled, fenced ? outcome.kind : 'fenced');
    this.#terms.settled?.({ id: this.id, epoch: this.#record.epoch, held });
  }

  /** False when the claim was lost before. */
  async #endIfHeld(outcome: Outcome): Promise<boolean> {
    try {
      return await this.#watch.insist(() => this.#end(outcome));
    } catch (error) {
      if (error instanceof MeshError && this.#watch.lost) return false;
      throw error;
    }
  }

  /** Whatever an attempt brings that lost its claim changes nothing, but the task's history tells of it. */
  #late(handled: Promise<Outcome>, reason: string): void {
    const soon = delay(this.#shelf.broker.clock, GRACE_MS).then(() => undefined);
    void Promise.race([handled, soon]).then((late) => {
      const outcome = late === undefined ? 'silent' : late.how === 'ended' && late.ended.ok ? 'ok' : 'error';
      const at = timeOf(this.#shelf.now());
      return this.#shelf.history.note(lateEvent(this.#record, { outcome, reason, at }));
    });
  }

  async #handle(): Promise<Outcome> {
    const outcome = await this.#runHandler();
    const { parked } = this.#context ?? {};
    return parked === undefined ? outcome : { how: 'parked', until: parked.until };
  }

  async #runHandler(): Promise<Outcome> {
    try {
      const spec = await this.#watch.insist(() => this.#shelf.specOf(this.#record));
      if (spec === undefined) throw new Error('a record without a task cannot run');
      const handler = this.#terms.handlers[spec.type] ?? this.#terms.handlers['*'];
      if (handler === undefined) return { how: 'ended', ended: unknownType(spec, Object.keys(this.#terms.handlers)) };
      this.#context = this.#contextOf(spec);
      return await this.#placed(bounded(await handler(spec.params, this.#context)));
    } catch (error) {
      if (error instanceof LetGo) return { how: 'let_go', as: error.as };
      const retryAfterMs: unknown = error instanceof Error ? Reflect.get(error, 'retryAfterMs') : undefined;
      const wait = typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
      return { how: 'threw', error: errorOf(error), retryAfterMs: wait };
    }
  }

  /** A large value is kept before the record speaks of it. */
  async #placed(ended: Ended): Promise<Outcome> {
    if (!ended.ok) return { how: 'ended', ended };
    const { id, gen } = this.#record;
    const owned = { id, gen, what: 'result', ttlMs: RESULT_MS } as const;
    const { ref } = await this.#watch.insist(() => this.#shelf.large.place(ended.value, owned));
    return { how: 'ended', ended, ref };
  }

  #contextOf(spec: FullTaskSpec): AttemptContext {
    const deadline = this.#record.deadline_at;
    const atDeadline = deadline === undefined ? undefined : Date.parse(deadline) - this.#shelf.now() + this.#now();
    return new AttemptContext({
      shelf: this.#shelf,
      record: this.#record,
      spec,
      watch: this.#watch,
      signal: this.#controller.signal,
      endsAt: { deadline: atDeadline, run: this.#startedAt + this.#terms.runMs },
    });
  }

  /** Lets a handler clean up; only while draining is what it still returns of use. */
  async #afterStop(kind: StopKind, handled: Promise<Outcome>): Promise<Outcome> {
    const stopped: Outcome = { how: 'stopped', kind };
    if (kind === 'fenced' || kind === 'lost_contact') return stopped;
    const late = await Promise.race([handled, delay(this.#shelf.broker.clock, GRACE_MS)]);
    return kind === 'drain' && late?.how === 'ended' ? late : stopped;
  }

  /**
   * Truth first, then the tail, then the acknowledgement. An attempt that no longer holds its claim touches nothing.
   *
   * @returns false when somebody else has ended it
   */
  async #end(outcome: Outcome): Promise<boolean> {
    const claim = { gen: this.#record.gen, n: this.#record.attempt };
    const { value: record, rev, outcome: made } = await this.#write(claim, outcome);
    if (record === undefined || record.gen !== claim.gen || record.attempt !== claim.n) return false;
    await this.#follow(record, rev);
    return made === 'written' || this.#ending;
  }

  async #write(claim: Claim, outcome: Outcome): Promise<Updated<TaskRecord>> {
    let held = false;
    const end = (now: TaskRecord | undefined) => {
      held = now !== undefined && holds(now, claim);
      return now !== undefined && held ? this.#after(now, outcome) : 'skip';
    };
    try {
      return await this.#shelf.change(this.id, end, { recent: true });
    } catch (error) {
      this.#ending ||= held;
      throw error;
    }
  }

  /** What the end of an attempt brings with it; safe to repeat. */
  async #follow(record: TaskRecord, rev: Rev): Promise<void> {
    if (isFinal(record)) {
      const { deliver } = this.#terms;
      await tailAndAck(this.#shelf, { record, rev, delivery: this.#delivery, deliver });
    } else if (record.state === 'retrying') {
      const delayMs = record.attempts.at(-1)?.delay_ms ?? 0;
      this.#shelf.announce(record, 'retrying', { delay_ms: delayMs });
      if (record.carrier === this.#record.carrier) {
        reach('retrying.before_nak');
        this.#delivery.nak(Math.min(delayMs, this.#untilDeadline()));
      } else {
        reach('retrying.before_timer');
        await this.#shelf.carry(record);
        this.#delivery.ack();
      }
    } else if (record.state === 'waiting') {
      this.#shelf.announce(record, 'waiting');
      reach('waiting.before_timer');
      await this.#shelf.carry(record);
      this.#delivery.ack();
    } else if (record.state === 'queued') {
      this.#delivery.nak(0);
    }
  }

  #after(record: TaskRecord, outcome: Outcome): TaskRecord {
    const now = this.#shelf.now();
    if (outcome.how === 'threw') return this.#failed(record, { ...outcome, outcome: 'error' });
    if (outcome.how === 'stopped') return this.#halted(record, outcome.kind, now);
    if (outcome.how === 'let_go') return outcome.as === 'lost' ? lose(record, now) : handBack(record, now);
    if (outcome.how === 'parked') return park(record, { until: outcome.until, wakes: this.#record.wakes, now });
    const { ended } = outcome;
    const { ref } = outcome;
    if (ended.ok) return succeed(record, { value: ended.value, ref, degraded: ended.degraded, ext: ended.ext, now });
    return this.#failed(record, { error: declared(ended.failure), outcome: 'error' });
  }

  #halted(record: TaskRecord, kind: StopKind, now: number): TaskRecord {
    if (kind === 'cancel') return stop(record, { as: 'cancelled', by: 'owner', now });
    if (kind === 'deadline') return stop(record, { as: 'expired', by: 'owner', now });
    if (kind === 'drain') return handBack(record, now);
    return this.#failed(record, { error: errorOf(stopReason(kind, this.id)), outcome: 'timeout' });
  }

  #failed(record: TaskRecord, failure: Failure): TaskRecord {
    const { random } = this.#shelf.broker;
    const surroundings = { retry: this.#terms.retry, random, step: this.#context?.current, now: this.#shelf.now() };
    return afterFailure(record, failure, surroundings);
  }

  /** A task that waits for its next attempt is looked at again at its deadline. */
  #untilDeadline(): number {
    const { deadline_at: deadline } = this.#record;
    return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Date.parse(deadline) - this.#shelf.now());
  }

  #now(): number {
    return this.#shelf.broker.clock.now();
  }
}
