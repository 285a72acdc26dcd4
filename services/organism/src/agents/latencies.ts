import { quantile, sorted } from '../domain/order-statistics.ts';

/** Runs remembered of each organ. */
const KEPT = 200;
/** Weight of a new run in the usual time of a skill. */
const NEW = 0.2;

/** How long skills take on this replica. */
export class Latencies {
  readonly #bySkill = new Map<string, number>();
  readonly #byOrgan = new Map<string, number[]>();
  readonly #runsOf = new Map<string, number[]>();

  add(run: { readonly skill: string; readonly organId: string; readonly ms: number }): void {
    const usual = this.#bySkill.get(run.skill) ?? run.ms;
    this.#bySkill.set(run.skill, usual + NEW * (run.ms - usual));
    this.#runsOf.set(run.skill, [...(this.#runsOf.get(run.skill) ?? []), run.ms].slice(-KEPT));
    this.#byOrgan.set(run.organId, [...(this.#byOrgan.get(run.organId) ?? []), run.ms].slice(-KEPT));
  }

  /** Usual time of a skill in ms; undefined while nobody has run it here. */
  usual(skill: string): number | undefined {
    return this.#bySkill.get(skill);
  }

  /** Half, and 95 %, of the last 200 runs of a skill took no longer, in ms; undefined before the first. */
  ofSkill(skill: string): { readonly p50: number | undefined; readonly p95: number | undefined } {
    const runs = sorted(this.#runsOf.get(skill) ?? []);
    if (runs.length === 0) return { p50: undefined, p95: undefined };
    return { p50: quantile(runs, 0.5), p95: quantile(runs, 0.95) };
  }

  /** 95 % of the last 200 runs of an organ took no longer, in ms; undefined before the first. */
  p95(organId: string): number | undefined {
    const runs = this.#byOrgan.get(organId);
    return runs === undefined ? undefined : quantile(sorted(runs), 0.95);
  }
}
