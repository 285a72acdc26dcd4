import type { LoadReport } from '../balance.ts';
import type { Override } from '../breaker-status.ts';
import type { PoolInstance } from '../pool.ts';
import { Flight } from './flight.ts';
import { Layers } from './layers.ts';
import { type AttemptFunction, type Ending, FunctionOperation, type Operation } from './operation.ts';
import type { Adjustable, StackCall, StackPolicy, StackPorts } from './policy.ts';
import type { StackStatus } from './status.ts';

/**
 * All policies of one target around any operation.
 *
 * From outside in, and why in this order:
 *
 * 1. **Deadline.** A call nobody can wait for any more costs nothing: it is refused before anything is spent.
 * 2. **Throttle.** Nor does one there is no room for, whether the whole system says so (brownout) or the target has
 *    been saying no lately: it would only be told no once more. Being told no is all that slows a caller down: whoever
 *    says that it is busy is alive, so it opens no breaker.
 * 3. **Retry**, paid from a budget. Everything below is inside of it, so that each attempt is judged anew.
 * 4. **Hedge.** A second attempt beside a silent one is paid from the same budget, so it sits right below.
 * 5. **Breaker of the endpoint.** The first of the layers an attempt passes: an open one refuses without waiting.
 * 6. **Tokens.** Where a provider counts, no attempt is sent that it would refuse. Asked before the line, so that
 *    nobody waits for a place he may not use.
 * 7. **Bulkhead.** The only layer that waits. Whoever waits holds nothing but his place in line and his permits.
 * 8. **Instance.** Chosen last, when the attempt really goes, from what is known then; the breakers of single instances
 *    only keep them out of the choice. An instance that refuses at once is left for another one, once per attempt.
 *
 * Fallback and single-flight are outside of all this, where the value is used: see `Fallback` and `SingleFlight`.
 */
export class Stack {
  readonly #layers: Layers;

  constructor(target: string, policy: Partial<StackPolicy>, ports: StackPorts) {
    this.#layers = new Layers(target, policy, ports);
  }

  /** Whose policies these are. */
  get target(): string {
    return this.#layers.target;
  }

  /** Runs `work` under the policies; rejects with a MeshError, or with what the last attempt threw. */
  run<T>(work: AttemptFunction<T>, call: StackCall = ANY_CALL): Promise<T> {
    const ending = Promise.withResolvers<T>();
    this.start(new FunctionOperation(this.target, work), call, ending);
    return ending.promise;
  }

  /** The same without promises: tells `ending` how it ended, in this tick or later. */
  start<T>(operation: Operation<T>, call: StackCall, ending: Ending<T>): void {
    new Flight(this.#layers, { operation, call, ending }).depart();
  }

  /** How the target looks from here. */
  status(): StackStatus {
    const { clock, gate, breaker, retries, latency, throttle, tokens, pool } = this.#layers;
    const now = clock.now();
    return {
      breaker: breaker.status(now),
      inFlight: gate.running,
      queued: gate.queued,
      limit: gate.limit,
      places: gate.places,
      retryBudget: { used: retries.used(now), allowed: retries.allowed(now) },
      throttled: throttle.probability('important', now),
      tokens: tokens?.status(now),
      panic: pool.panic,
      instances: pool.status(now),
      p50Ms: latency.quantile(0.5),
      p95Ms: latency.quantile(0.95),
      p99Ms: latency.quantile(0.99),
    };
  }

  /** Takes over which instances there are. */
  assign(instances: readonly PoolInstance[]): void {
    this.#layers.pool.assign(instances, this.#layers.clock.now());
  }

  /** An instance said how busy it is. */
  report(instance: string, report: LoadReport): void {
    this.#layers.pool.report(instance, report, this.#layers.clock.now());
  }

  /** An operator's word about the whole target, or its removal. */
  override(word: Override | undefined): void {
    this.#layers.breaker.override(word, this.#layers.clock.now());
  }

  /** A quorum of callers suspects the target, or no longer does: breakers open earlier. */
  suspect(suspected: boolean): void {
    this.#layers.breaker.suspect(suspected);
    this.#layers.pool.suspect(suspected);
  }

  /**
   * Changes policies while calls are under way: `change` is told what the stack was made with, and whatever it leaves out
   * is that again. It holds for what is decided from now on; nobody who runs is stopped, and an opening lasts as it began.
   */
  adjust(change: (given: StackPolicy) => Partial<Adjustable>): void {
    this.#layers.adjust(change, this.#layers.clock.now());
  }
}

const ANY_CALL: StackCall = {};
