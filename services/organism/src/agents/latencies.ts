import type { Clock } from '@seedcore/protocol';
import { quantile, sorted } from '../domain/order-statistics.ts';
import { type Peak, peakAfter } from '../domain/peak-latency.ts';

/** Runs remembered of each organ. */
const KEPT = 200;

/** How long skills take on this replica. */
export class Latencies {
  readonly #clock: Clock;
  readonly #bySkill = new Map<string, Peak>();
  readonly #byOrgan = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(run: { readonly skill: string; readonly organId: string; readonly ms: number }): void {
    this.#bySkill.set(run.skill, peakAfter(this.#bySkill.get(run.skill), run.ms, this.#clock.now()));
    this.#byOrgan.set(run.organId, [...(this.#byOrgan.get(run.organId) ?? []), run.ms].slice(-KEPT));
  }

  /** Peak of a skill here in ms; where nobody has run it the median of its organ, undefined before its first run. */
  expected(skill: string, organId: string): number | undefined {
    return this.#bySkill.get(skill)?.ms ?? this.#quantile(organId, 0.5);
  }

  /** 95 % of the last 200 runs of an organ took no longer, in ms; undefined before the first. */
  p95(organId: string): number | undefined {
    return this.#quantile(organId, 0.95);
  }

  #quantile(organId: string, q: number): number | undefined {
    const runs = this.#byOrgan.get(organId);
    return runs === undefined ? undefined : quantile(sorted(runs), q);
  }
}
