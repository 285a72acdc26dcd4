import { type Clock, MeshError, type Random } from '@seedcore/protocol';
import { Breaker } from '../breaker.ts';
import { attemptBudget } from '../deadline.ts';
import type { Decision, Observer } from '../decision.ts';
import { EarlyRefusal } from '../early-refusal.ts';
import { Gate } from '../gate.ts';
import { LatencyEstimate } from '../latency.ts';
import { RetryBudget } from '../retry-budget.ts';
import { Wheel } from '../wheel.ts';
import { defaultStack, type StackPolicy, type StackPorts } from './policy.ts';

/** The machines of one target, which all its calls in this process share. */
export class Layers {
  readonly target: string;
  readonly policy: StackPolicy;
  readonly clock: Clock;
  readonly random: Random;
  readonly wheel: Wheel;
  readonly early = new EarlyRefusal();
  readonly retries = new RetryBudget();
  readonly latency = new LatencyEstimate();
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly #observer: Observer | undefined;

  constructor(target: string, policy: Partial<StackPolicy>, { clock, random, observe, wheel }: StackPorts) {
    this.target = target;
    this.policy = { ...defaultStack, ...policy };
    this.clock = clock;
    this.random = random;
    this.wheel = wheel ?? new Wheel(clock);
    this.gate = new Gate(this.policy.bulkhead);
    this.breaker = new Breaker(random, this.policy.breaker, (to, reason) =>
      this.tell({ layer: 'breaker', decision: to, reason }),
    );
    this.#observer = observe;
  }

  /** Says what was decided. */
  tell(decision: Decision): void {
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
  refusal(code: 'deadline_exceeded' | 'circuit_open' | 'bulkhead_full', facts: RefusalFacts = {}): MeshError {
    return new MeshError(code, { target: this.target, sent: false, started: false, ...facts });
  }
}

/** What a refusal says beside its code. */
export type RefusalFacts = { readonly retryAfterMs?: number; readonly details?: object };
