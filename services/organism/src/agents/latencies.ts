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
  readonly #runsOf = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(run: { readonly skill: string; readonly organId: string; readonly ms: number }): void {
    this.#bySkill.set(run.skill, peakAfter(this.#bySkill.get(run.skill), run.ms, this.#clock.now()));
    this.#runsOf.set(run.skill, [...(this.#runsOf.get(run.skill) ?? []), run.ms].slice(-KEPT));
    this.#byOrgan.set(run.organId, [...(this.#byOrgan.get(run.organId) ?? []), run.ms].slice(-KEPT));
  }

  /** Peak of a skill here in ms; where nobody has run it the median of its organ, undefined before its first run. */
  expected(skill: string, organId: string): number | undefined {
    return this.#bySkill.get(skill)?.ms ?? this.#quantile(organId, 0.5);
  }

  /** Half, and 95 %, of the last 200 runs of a skill took no longer, in ms; undefined before the first. */
  ofSkill(skill: string): { readonly p50: number | undefined; readonly p95: number | undefined } {
    const runs = sorted(this.#runsOf.get(skill) ?? []);
    if (runs.length === 0) return { p50: undefined, p95: undefined };
    return { p50: quantile(runs, 0.5), p95: quantile(runs, 0.95) };
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
