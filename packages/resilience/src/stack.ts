import { type Clock, delay, MeshError, type MeshErrorCode, type Random } from '@seedcore/protocol';
import { Attempt } from './attempt.ts';
import { bounded } from './bounded.ts';
import { Breaker, REFUSED } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import { cancelledBy } from './cancelled.ts';
import { attemptBudget } from './deadline.ts';
import type { Decision } from './decision.ts';
import { EarlyRefusal } from './early-refusal.ts';
import type { Entrant, GateLimits } from './gate.ts';
import { LatencyEstimate } from './latency.ts';
import { answerOutcome, errorOutcome, type Outcome } from './outcome.ts';
import { decideRetry } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';
import {
  type AttemptFunction,
  defaultStack,
  type StackCall,
  type StackPolicy,
  type StackPorts,
} from './stack-policy.ts';
import type { StackStatus } from './stack-status.ts';

/**
 * All policies of one target around any asynchronous function, outermost first:
 * deadline, retry with budget, breaker, bulkhead, the attempt itself.
 * Refuse before spending (deadline, breaker), spend before waiting (bulkhead), so that a refused call costs nothing
 * and a waiting one holds nothing but its place; retry is outside of both, so that each attempt is judged anew.
 */
export class Stack {
  readonly target: string;
  readonly #policy: StackPolicy;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #observe: (decision: Decision) => void;
  readonly #early = new EarlyRefusal();
  readonly #budget = new RetryBudget();
  readonly #latency = new LatencyEstimate();
  readonly #breaker: Breaker;
  readonly #bulkhead: Bulkhead;

  constructor(target: string, policy: Partial<StackPolicy>, { clock, random, observe }: StackPorts) {
    this.target = target;
    this.#policy = { ...defaultStack, ...policy };
    this.#clock = clock;
    this.#random = random;
    this.#observe = (decision) => observe?.(target, decision);
    this.#breaker = new Breaker(random, this.#policy.breaker, (to, reason) =>
      this.#observe({ layer: 'breaker', decision: to, reason }),
    );
    this.#bulkhead = new Bulkhead(target, this.#policy.bulkhead, { clock, observe: this.#observe });
  }

  /** Runs `work` under the policies; throws a MeshError, or what the last attempt threw. */
  async run<T>(work: AttemptFunction<T>, call: StackCall = {}): Promise<T> {
    const deadlineAt = call.deadlineAt ?? this.#clock.now() + this.#policy.deadlineMs;
    this.#refuseLate(deadlineAt);
    this.#budget.call(this.#clock.now());
    for (let n = 1; ; n++) {
      try {
        return await this.#passBreaker(work, { n, deadlineAt, call });
      } catch (error) {
        await this.#waitToRetry(error, { n, deadlineAt, call });
      }
    }
  }

  /** How the target looks from here. */
  status(): StackStatus {
    const now = this.#clock.now();
    const { gate } = this.#bulkhead;
    return {
      breaker: this.#breaker.status(now),
      inFlight: gate.running,
      queued: gate.queued,
      limit: gate.limit,
      retryBudget: { used: this.#budget.used(now), allowed: this.#budget.allowed(now) },
      p50Ms: this.#latency.quantile(0.5),
      p95Ms: this.#latency.quantile(0.95),
      p99Ms: this.#latency.quantile(0.99),
    };
  }

  /** Changes the client's limit while running. */
  setBulkhead(limits: GateLimits): void {
    this.#bulkhead.gate.setLimits(limits, this.#clock.now());
  }

  #refuseLate(deadlineAt: number): void {
    const now = this.#clock.now();
    const leftMs = deadlineAt - now;
    if (leftMs >= 1 && !this.#early.refuses(leftMs, this.#floorMs(), now)) return;
    this.#observe({ layer: 'deadline', decision: 'refused', leftMs });
    throw new MeshError('deadline_exceeded', { target: this.target, sent: false, started: false });
  }

  async #waitToRetry(error: unknown, { n, deadlineAt, call }: Try): Promise<void> {
    const now = this.#clock.now();
    const code = codeOf(error);
    const decision = decideRetry(
      {
        attempt: n,
        code,
        idempotent: this.#policy.idempotent,
        incomingAttempt: call.attempt ?? 1,
        leftMs: deadlineAt - now,
        p50Ms: this.#floorMs() ?? 0,
        retryAfterMs: error instanceof MeshError ? error.retryAfterMs : undefined,
      },
      this.#policy.retry,
      { budget: this.#budget, now, r: this.#random.next() },
    );
    if ('stop' in decision) {
      this.#observe({ layer: 'retry', decision: 'stop', code, reason: decision.stop });
      throw error;
    }
    this.#observe({ layer: 'retry', decision: 'wait', code, waitMs: decision.waitMs });
    await this.#backOff(decision.waitMs, call);
  }

  async #backOff(waitMs: number, { signal }: StackCall): Promise<void> {
    try {
      await delay(this.#clock, waitMs, signal);
    } catch (reason) {
      this.#budget.drop();
      throw cancelledBy(reason, this.target);
    }
    this.#budget.send(this.#clock.now());
  }

  async #passBreaker<T>(work: AttemptFunction<T>, attempt: Try): Promise<T> {
    const now = this.#clock.now();
    const permit = this.#breaker.ask(now, this.#budgetOf(attempt));
    if (permit === REFUSED) throw this.#circuitOpen(now);
    let outcome: Outcome = 'void';
    try {
      return await this.#passBulkhead(work, attempt, (shown) => {
        outcome = shown;
      });
    } finally {
      this.#breaker.settle(permit, outcome, this.#clock.now());
    }
  }

  async #passBulkhead<T>(work: AttemptFunction<T>, attempt: Try, show: (outcome: Outcome) => void): Promise<T> {
    const place = await this.#enter(attempt);
    try {
      return await this.#measure(work, attempt, show);
    } finally {
      this.#bulkhead.leave(place);
    }
  }

  #enter({ deadlineAt, call }: Try): Entrant | Promise<Entrant> {
    return this.#bulkhead.enter({
      criticality: call.criticality ?? 'important',
      deadlineAt,
      p50Ms: this.#latency.quantile(0.5) ?? 0,
      signal: () => call.signal,
    });
  }

  async #measure<T>(work: AttemptFunction<T>, attempt: Try, show: (outcome: Outcome) => void): Promise<T> {
    const startedAt = this.#clock.now();
    const budgetMs = this.#budgetOf(attempt);
    const end = () => ({
      elapsedMs: this.#clock.now() - startedAt,
      budgetMs,
      p90Ms: this.#latency.quantile(0.9),
      deadlineMs: this.#policy.deadlineMs,
    });
    try {
      const value = await this.#try(work, new Attempt(attempt.n, budgetMs), attempt.call);
      show(answerOutcome(end()));
      this.#latency.add(this.#clock.now() - startedAt);
      return value;
    } catch (error) {
      if (this.#policy.blameless(error)) throw error;
      const code = codeOf(error);
      show(errorOutcome({ code, sent: error instanceof MeshError ? error.sent : true }, end()));
      if (code === 'timeout') this.#latency.add(budgetMs);
      throw error;
    }
  }

  #try<T>(work: AttemptFunction<T>, attempt: Attempt, call: StackCall): Promise<T> {
    if (this.#policy.keepsBudget) return work(attempt);
    const stop = (error: MeshError) => {
      attempt.abort(error);
      return error;
    };
    return bounded(work(attempt), {
      clock: this.#clock,
      ms: attempt.budgetMs,
      late: () => stop(new MeshError('timeout', { target: this.target, attempt: attempt.n })),
      signal: call.signal,
      aborted: (reason) => stop(cancelledBy(reason, this.target)),
    });
  }

  #circuitOpen(now: number): MeshError {
    const retryAfterMs = Math.ceil(this.#breaker.retryAfterMs(now));
    this.#observe({ layer: 'breaker', decision: 'refused', retryAfterMs });
    return new MeshError('circuit_open', { target: this.target, sent: false, started: false, retryAfterMs });
  }

  #budgetOf({ n, deadlineAt }: Try): number {
    const attemptsLeft = this.#policy.retry.max - n + 1;
    return attemptBudget(deadlineAt - this.#clock.now(), attemptsLeft, this.#latency.quantile(0.99));
  }

  #floorMs(): number | undefined {
    return this.#policy.floorMs ?? this.#latency.quantile(0.5);
  }
}

type Try = { readonly n: number; readonly deadlineAt: number; readonly call: StackCall };

/** Anything thrown that is no MeshError is a defect of the protected function. */
const codeOf = (error: unknown): MeshErrorCode => (error instanceof MeshError ? error.code : 'internal');
