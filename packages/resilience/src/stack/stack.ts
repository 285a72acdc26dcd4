import type { GateLimits } from '../gate.ts';
import { Flight } from './flight.ts';
import { Layers } from './layers.ts';
import { type AttemptFunction, type Ending, FunctionOperation, type Operation } from './operation.ts';
import type { StackCall, StackPolicy, StackPorts } from './policy.ts';
import type { StackStatus } from './status.ts';

/**
 * All policies of one target around any operation, outermost first:
 * deadline, retry with budget, breaker, bulkhead, the attempt itself.
 * Refuse before spending (deadline, breaker), spend before waiting (bulkhead), so that a refused call costs nothing
 * and a waiting one holds nothing but its place; retry is outside of both, so that each attempt is judged anew.
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
  run<T>(work: AttemptFunction<T>, call: StackCall = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.start(new FunctionOperation(this.target, work), call, { resolve, reject });
    });
  }

  /** The same without promises: tells `ending` how it ended, in this tick or later. */
  start<T>(operation: Operation<T>, call: StackCall, ending: Ending<T>): void {
    new Flight(this.#layers, { operation, call, ending }).depart();
  }

  /** How the target looks from here. */
  status(): StackStatus {
    const { clock, gate, breaker, retries, latency } = this.#layers;
    const now = clock.now();
    return {
      breaker: breaker.status(now),
      inFlight: gate.running,
      queued: gate.queued,
      limit: gate.limit,
      retryBudget: { used: retries.used(now), allowed: retries.allowed(now) },
      p50Ms: latency.quantile(0.5),
      p95Ms: latency.quantile(0.95),
      p99Ms: latency.quantile(0.99),
    };
  }

  /** Changes the client's limit while running. */
  setBulkhead(limits: GateLimits): void {
    this.#layers.gate.setLimits(limits, this.#layers.clock.now());
  }
}
