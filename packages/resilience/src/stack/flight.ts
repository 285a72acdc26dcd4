import { MeshError, type Timer } from '@seedcore/protocol';
import { cancelledBy } from '../cancelled.ts';
import { decideRetry } from '../retry.ts';
import { codeOf } from './code-of.ts';
import { HedgedAttempt } from './hedged-attempt.ts';
import { LayeredAttempt, type Owner } from './layered-attempt.ts';
import type { Layers } from './layers.ts';
import type { Ending, Operation } from './operation.ts';
import type { StackCall } from './policy.ts';

/** What one call is made of. */
export type FlightPlan<T> = {
  readonly operation: Operation<T>;
  readonly call: StackCall;
  readonly ending: Ending<T>;
};

/** One call through the outer layers: deadline, throttle, retry with its budget, and the hedge of a silent attempt. */
export class Flight<T> implements Owner<T> {
  readonly layers: Layers;
  readonly operation: Operation<T>;
  readonly call: StackCall;
  readonly deadlineAt: number;
  readonly #ending: Ending<T>;
  #attempt: LayeredAttempt<T> | undefined;
  #backoff: Timer | undefined;
  #race: HedgedAttempt<T> | undefined;

  constructor(layers: Layers, { operation, call, ending }: FlightPlan<T>) {
    this.layers = layers;
    this.operation = operation;
    this.call = call;
    this.deadlineAt = call.deadlineAt ?? layers.clock.now() + layers.policy.deadlineMs;
    this.#ending = ending;
  }

  /** Refuses what nobody waits for, what has no time and what there is no room for, else makes the first attempt. */
  depart(): void {
    const now = this.layers.clock.now();
    const refusal = this.#refusal(now);
    if (refusal !== undefined) {
      this.#ending.reject(refusal);
      return;
    }
    this.call.signal?.addEventListener('abort', this, ONCE);
    this.layers.retries.call(now);
    if (this.layers.policy.hedge) this.layers.hedges.call(now);
    this.#try(new LayeredAttempt(this, 1), now);
  }

  /** The caller left; the one event this listens to. */
  handleEvent(): void {
    const reason = this.#cancelled(this.#attempt?.sent ?? false);
    if (this.#backoff !== undefined) this.#giveUpWaiting(this.#backoff);
    this.#attempt?.leave(reason);
    this.#race?.end(reason);
    this.#ending.reject(reason);
  }

  began(attempt: LayeredAttempt<T>): void {
    const p95Ms = this.layers.policy.hedge ? this.layers.latency.quantile(0.95) : undefined;
    if (p95Ms === undefined || attempt !== this.#attempt || attempt.member === undefined) return;
    if (!this.layers.policy.idempotent) return;
    this.#race = new HedgedAttempt(this, attempt, p95Ms);
  }

  answered(attempt: LayeredAttempt<T>, value: T): void {
    this.#race?.won(attempt);
    this.call.signal?.removeEventListener('abort', this);
    this.#ending.resolve(value);
  }

  /** Once more after a pause, or the end; while a hedge still runs, neither. */
  failed(attempt: LayeredAttempt<T>, error: unknown): void {
    if (this.#race?.goesOn(attempt)) return;
    this.#race = undefined;
    const { layers, call } = this;
    const now = layers.clock.now();
    const code = codeOf(error);
    const decision = decideRetry(
      {
        attempt: attempt.n,
        code,
        idempotent: layers.policy.idempotent,
        incomingAttempt: call.attempt ?? 1,
        leftMs: this.deadlineAt - now,
        p50Ms: layers.floorMs ?? 0,
        retryAfterMs: error instanceof MeshError ? error.retryAfterMs : undefined,
      },
      layers.policy.retry,
      { budget: layers.retries, now, r: layers.random.next() },
    );
    if ('stop' in decision) {
      layers.tell({ layer: 'retry', decision: 'stop', code, reason: decision.stop }, call);
      this.call.signal?.removeEventListener('abort', this);
      this.#ending.reject(error);
    } else {
      layers.tell({ layer: 'retry', decision: 'wait', code, waitMs: decision.waitMs }, call);
      this.#backoff = layers.clock.after(decision.waitMs, () => this.#again(attempt));
    }
  }

  #try(attempt: LayeredAttempt<T>, now: number): void {
    this.#attempt = attempt;
    attempt.ask(now);
  }

  #again({ n, member }: LayeredAttempt<T>): void {
    this.#backoff = undefined;
    const now = this.layers.clock.now();
    this.layers.retries.send(now);
    this.#try(new LayeredAttempt(this, n + 1, { failed: member }), now);
  }

  #giveUpWaiting(backoff: Timer): void {
    backoff.cancel();
    this.layers.retries.drop();
  }

  #cancelled(sent: boolean): MeshError {
    const traceId = this.call.trace?.traceId;
    return cancelledBy(this.call.signal?.reason, { target: this.layers.target, sent, traceId });
  }

  #refusal(now: number): MeshError | undefined {
    if (this.call.signal?.aborted) return this.#cancelled(false);
    return this.#late(now) ?? this.#throttled(now);
  }

  #late(now: number): MeshError | undefined {
    const { layers, call } = this;
    const leftMs = Math.floor(this.deadlineAt - now);
    if (leftMs >= 1 && !layers.early.refuses(leftMs, layers.floorMs, now)) return undefined;
    layers.tell({ layer: 'deadline', decision: 'refused', leftMs }, call);
    return layers.refusal('deadline_exceeded', call);
  }

  #throttled(now: number): MeshError | undefined {
    const { layers, call } = this;
    const sheds = layers.sheds(call);
    if (!sheds && !layers.throttle.refuses(call.criticality ?? 'important', now)) return undefined;
    const reason = sheds ? 'brownout' : 'accepts';
    layers.tell({ layer: 'throttle', decision: 'refused', reason }, call);
    return layers.refusal('throttled', call, { details: { reason } });
  }
}

const ONCE = { once: true };
