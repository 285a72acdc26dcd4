import { delay } from '@seedcore/protocol';
import type { Delivery } from '@seedcore/store';
import type { Ended, Handler } from '../handler.ts';
import { LONGEST_NAK_MS } from '../record/decide.ts';
import { retryDelayMs, UNSERVED_WINDOWS_MS } from '../record/retry-delay.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { failAttempt, handBack, holds, park, postpone, stop, succeed } from '../record/transitions.ts';
import { tail } from '../tail/tail.ts';
import type { FullTaskSpec, TaskError } from '../task-spec.ts';
import type { QueueTimes, RetryPolicy } from '../worker.ts';
import { AttemptWatch } from './attempt-watch.ts';
import type { Report } from './report.ts';
import { type StopKind, stopReason } from './stopped.ts';
import { AttemptContext, MAX_VALUE_BYTES } from './task-context.ts';
import { declared, errorOf, isUnserved } from './task-error.ts';

/** A handler that was told to stop has this long to do so before the attempt ends without it, in ms. */
const GRACE_MS = 2000;
/** Attempts of a task that names no number of its own which may find what they need away: about three minutes. */
const MAX_UNSERVED = 20;
/** Longest reason of a degraded result, in characters. */
const MAX_REASON = 200;

/** How a queue's attempts are run. */
export type AttemptTerms = {
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly retry: RetryPolicy;
  readonly times: QueueTimes;
  readonly idleMs: number;
  readonly runMs: number;
  readonly report: Report;
};

/** How a handler came to its end. */
type Outcome =
  | { readonly how: 'ended'; readonly ended: Ended }
  | { readonly how: 'threw'; readonly error: TaskError; readonly retryAfterMs: number | undefined }
  | { readonly how: 'stopped'; readonly kind: StopKind }
  | { readonly how: 'parked'; readonly until: number };

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
    if (outcome.how === 'stopped' && (outcome.kind === 'fenced' || outcome.kind === 'lost_contact')) return;
    await this.#watch.insist(() => this.#end(outcome));
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
      if (handler === undefined) return { how: 'ended', ended: unknownType(spec, this.#terms) };
      this.#context = this.#contextOf(spec);
      return { how: 'ended', ended: bounded(await handler(spec.params, this.#context)) };
    } catch (error) {
      const retryAfterMs: unknown = error instanceof Error ? Reflect.get(error, 'retryAfterMs') : undefined;
      const wait = typeof retryAfterMs === 'number' ? retryAfterMs : undefined;
      return { how: 'threw', error: errorOf(error), retryAfterMs: wait };
    }
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

  /** Truth first, then the tail, then the acknowledgement. An attempt that no longer holds its claim touches nothing. */
  async #end(outcome: Outcome): Promise<void> {
    const claim = { gen: this.#record.gen, n: this.#record.attempt };
    const end = (now: TaskRecord | undefined) =>
      now !== undefined && holds(now, claim) ? this.#after(now, outcome) : 'skip';
    const { value: record } = await this.#shelf.change(this.id, end, { recent: true });
    if (record === undefined || record.gen !== claim.gen || record.attempt !== claim.n) return;
    if (isFinal(record)) {
      await tail(this.#shelf, record);
      this.#delivery.ack();
    } else if (record.state === 'retrying') {
      const delayMs = record.attempts.at(-1)?.delay_ms ?? 0;
      this.#shelf.announce(record, 'retrying', { delay_ms: delayMs });
      if (record.carrier === this.#record.carrier) this.#delivery.nak(Math.min(delayMs, this.#untilDeadline()));
      else {
        await this.#shelf.carry(record);
        this.#delivery.ack();
      }
    } else if (record.state === 'waiting') {
      this.#shelf.announce(record, 'waiting');
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
    if (outcome.how === 'parked') return park(record, { until: outcome.until, wakes: this.#record.wakes, now });
    const { ended } = outcome;
    if (ended.ok) return succeed(record, { value: ended.value, degraded: ended.degraded, now });
    return this.#failed(record, { error: declared(ended.failure), outcome: 'error' });
  }

  #halted(record: TaskRecord, kind: StopKind, now: number): TaskRecord {
    if (kind === 'cancel') return stop(record, { as: 'cancelled', by: 'owner', now });
    if (kind === 'deadline') return stop(record, { as: 'expired', by: 'owner', now });
    if (kind === 'drain') return handBack(record, now);
    return this.#failed(record, { error: errorOf(stopReason(kind, this.id)), outcome: 'timeout' });
  }

  #failed(
    record: TaskRecord,
    how: {
      readonly error: TaskError;
      readonly outcome: 'error' | 'timeout';
      readonly retryAfterMs?: number | undefined;
    },
  ): TaskRecord {
    const { retry } = this.#terms;
    const { random } = this.#shelf.broker;
    const wish = record.spec?.hints.max_attempts;
    const attempts = Math.min(retry.attempts, wish ?? retry.attempts);
    const mostUnserved = wish ?? MAX_UNSERVED;
    const unserved = isUnserved(how.error);
    const wait = { random, retryAfterMs: how.retryAfterMs };
    const delayMs = unserved
      ? retryDelayMs(record.unserved + 1, { windowsMs: UNSERVED_WINDOWS_MS }, wait)
      : retryDelayMs(record.spent + 1, retry, wait);
    const { error, outcome } = how;
    const now = this.#shelf.now();
    const step = this.#context?.current;
    const failed = failAttempt(record, { error, outcome, unserved, attempts, mostUnserved, delayMs, step, now });
    return failed.state === 'retrying' && delayMs > LONGEST_NAK_MS ? postpone(failed, now) : failed;
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

function unknownType(spec: FullTaskSpec, terms: AttemptTerms): Ended {
  return {
    ok: false,
    failure: { code: 'unknown_type', details: { type: spec.type, known: Object.keys(terms.handlers) } },
  };
}

/** A result must be JSON and fit into the record. */
function bounded(ended: Ended): Ended {
  if (!ended.ok) return ended;
  const marked = ended.degraded && { ...ended.degraded, reason: ended.degraded.reason.slice(0, MAX_REASON) };
  const text = JSON.stringify(ended.value);
  if (text === undefined) return { ok: true, value: undefined, degraded: marked };
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_VALUE_BYTES) return { ok: true, value: JSON.parse(text), degraded: marked };
  return { ok: false, failure: { code: 'result_too_large', details: { bytes, limit: MAX_VALUE_BYTES } } };
}
