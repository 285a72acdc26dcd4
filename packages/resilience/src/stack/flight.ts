import { MeshError, type Timer } from '@seedcore/protocol';
import { cancelledBy } from '../cancelled.ts';
import { decideRetry } from '../retry.ts';
import { codeOf } from './code-of.ts';
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

/** One call on its way: its deadline, its caller's patience, and its attempts, one after the other. */
export class Flight<T> implements Owner<T> {
  readonly layers: Layers;
  readonly operation: Operation<T>;
  readonly call: StackCall;
  readonly deadlineAt: number;
  readonly #ending: Ending<T>;
  readonly #signal: AbortSignal | undefined;
  #attempt: LayeredAttempt<T> | undefined;
  #backoff: Timer | undefined;

  constructor(layers: Layers, { operation, call, ending }: FlightPlan<T>) {
    this.layers = layers;
    this.operation = operation;
    this.call = call;
    this.deadlineAt = call.deadlineAt ?? layers.clock.now() + layers.policy.deadlineMs;
    this.#ending = ending;
    this.#signal = call.signal;
  }

  /** Refuses what has no time left or nobody waiting, else makes the first attempt. */
  depart(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#ending.reject(refusal);
      return;
    }
    this.#signal?.addEventListener('abort', this, ONCE);
    this.layers.retries.call(this.layers.clock.now());
    this.#try(1);
  }

  /** The caller left; the one event this listens to. */
  handleEvent(): void {
    const reason = this.#cancelled(this.#attempt?.sent ?? false);
    if (this.#backoff !== undefined) this.#giveUpWaiting(this.#backoff);
    this.#attempt?.leave(reason);
    this.#ending.reject(reason);
  }

  /** An attempt ended with a value. */
  answered(value: T): void {
    this.#signal?.removeEventListener('abort', this);
    this.#ending.resolve(value);
  }

  /** The `n`-th attempt ended with an error: once more after a pause, or the end. */
  failed(error: unknown, n: number): void {
    const { layers, call } = this;
    const now = layers.clock.now();
    const code = codeOf(error);
    const decision = decideRetry(
      {
        attempt: n,
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
      layers.tell({ layer: 'retry', decision: 'stop', code, reason: decision.stop });
      this.#signal?.removeEventListener('abort', this);
      this.#ending.reject(error);
    } else {
      layers.tell({ layer: 'retry', decision: 'wait', code, waitMs: decision.waitMs });
      this.#backoff = layers.clock.after(decision.waitMs, () => this.#again(n + 1));
    }
  }

  #try(n: number): void {
    this.#attempt = new LayeredAttempt(this, n);
    this.#attempt.ask();
  }

  #again(n: number): void {
    this.#backoff = undefined;
    this.layers.retries.send(this.layers.clock.now());
    this.#try(n);
  }

  #giveUpWaiting(backoff: Timer): void {
    backoff.cancel();
    this.layers.retries.drop();
  }

  #cancelled(sent: boolean): MeshError {
    return cancelledBy(this.#signal?.reason, { target: this.layers.target, sent });
  }

  #refusal(): MeshError | undefined {
    if (this.#signal?.aborted) return this.#cancelled(false);
    const { early, clock, floorMs } = this.layers;
    const now = clock.now();
    const leftMs = this.deadlineAt - now;
    if (leftMs >= 1 && !early.refuses(leftMs, floorMs, now)) return undefined;
    this.layers.tell({ layer: 'deadline', decision: 'refused', leftMs });
    return this.layers.refusal('deadline_exceeded');
  }
}

const ONCE = { once: true };
