import { type Clock, MeshError, type Random } from '@seedcore/protocol';
import { Breaker } from '../breaker.ts';
import { attemptBudget } from '../deadline.ts';
import type { Decision, Observer } from '../decision.ts';
import { EarlyRefusal } from '../early-refusal.ts';
import { Gate } from '../gate.ts';
import { HedgeBudget } from '../hedge.ts';
import { LatencyEstimate } from '../latency.ts';
import { Pool } from '../pool.ts';
import { RetryBudget } from '../retry-budget.ts';
import { Throttle } from '../throttle.ts';
import { Tokens } from '../tokens.ts';
import { Wheel } from '../wheel.ts';
import { type Adjustable, defaultStack, type StackCall, type StackPolicy, type StackPorts } from './policy.ts';

/** The machines of one target, which all its calls in this process share. */
export class Layers {
  readonly target: string;
  /** What holds at present. */
  policy: StackPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly wheel: Wheel;
  readonly early = new EarlyRefusal();
  readonly retries = new RetryBudget();
  readonly latency = new LatencyEstimate();
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly throttle: Throttle;
  readonly tokens: Tokens | undefined;
  readonly hedges: HedgeBudget;
  readonly pool: Pool;
  /** Whether a call is refused because the system is too busy for its class. */
  readonly sheds: (call: StackCall) => boolean;
  readonly #observer: Observer | undefined;
  /** What it was made with. */
  readonly #given: StackPolicy;

  constructor(target: string, policy: Partial<StackPolicy>, { clock, random, observe, wheel, sheds }: StackPorts) {
    this.target = target;
    this.#given = { ...defaultStack, ...policy };
    this.policy = this.#given;
    this.clock = clock;
    this.random = random;
    this.wheel = wheel ?? new Wheel(clock);
    this.gate = new Gate(this.policy.bulkhead);
    this.breaker = new Breaker(random, this.policy.breaker, (to, reason) =>
      this.tell({ layer: 'breaker', decision: to, reason }),
    );
    this.throttle = new Throttle(random, this.policy.throttle);
    this.tokens = this.policy.tokens === undefined ? undefined : new Tokens(this.policy.tokens);
    this.hedges = new HedgeBudget(this.retries);
    this.pool = new Pool(random, this.policy.instanceBreaker);
    this.sheds = sheds ?? (() => false);
    this.#observer = observe;
  }

  /** Replaces every change made before by this one, which is told what the stack was made with. */
  adjust(change: (given: StackPolicy) => Partial<Adjustable>, now: number): void {
    this.policy = { ...this.#given, ...change(this.#given) };
    const { breaker, instanceBreaker, bulkhead, throttle } = this.policy;
    this.breaker.setPolicy(breaker, now);
    this.pool.setPolicy(instanceBreaker, now);
    this.throttle.setPolicy(throttle);
    this.gate.setLimits(bulkhead, now);
  }

  /** Says what was decided, and about which call. */
  tell(decision: Decision, call?: StackCall): void {
    call?.decided?.(decision, this.clock.now());
    this.#observer?.(this.target, decision);
  }

  /** What one attempt usually needs, in ms; undefined while unknown. */
  get floorMs(): number | undefined {
    return this.policy.floorMs ?? this.latency.quantile(0.5);
  }

  /** Time the `n`-th attempt may take, in ms. */
  budgetMs(n: number, leftMs: number): number {
    return attemptBudget(leftMs, this.policy.retry.max - n + 1, this.latency.quantile(0.99));
  }

  /** A refusal of this process: nothing left it, nothing ran. */
  refusal(code: LocalRefusal, call: StackCall, facts: RefusalFacts = {}): MeshError {
    const traceId = call.trace?.traceId;
    return new MeshError(code, { target: this.target, sent: false, started: false, traceId, ...facts });
  }
}

/** Every code this process may refuse a call with. */
export type LocalRefusal = 'deadline_exceeded' | 'throttled' | 'circuit_open' | 'rate_limited' | 'bulkhead_full';

/** What a refusal says beside its code. */
export type RefusalFacts = { readonly retryAfterMs?: number; readonly details?: object };
