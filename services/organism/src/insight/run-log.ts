import { countDurations } from '../domain/duration-histogram.ts';

/** Most runs remembered. */
const MAX_RUNS = 10_000;
/** How runs end that were told to stop. */
const STOPPED = ['handed_back', 'cancelled'];

/** One run that has ended. */
export type EndedRun = {
  readonly organ: string;
  readonly skill: string;
  readonly end: string;
  readonly ms: number;
  readonly attempt: number;
};

/** Runs of a window, summed up. */
export type RunFigures = {
  readonly covered_ms: number;
  readonly by_end: Record<string, number>;
  readonly respawns: number;
  readonly by_skill: Record<string, { runs: number; ok: number }>;
  readonly durations: Record<string, number>;
};

type Kept = EndedRun & { readonly at: number };

/** The newest runs of this process. */
export class RunLog {
  #runs: Kept[] = [];
  /** From when on every run is remembered. */
  #since: number;

  constructor(now: number) {
    this.#since = now;
  }

  add(run: EndedRun, now: number): void {
    this.#runs.push({ ...run, at: now });
    if (this.#runs.length < 2 * MAX_RUNS) return;
    // Forgotten in halves, so that a run costs no copy of all.
    this.#since = this.#runs[MAX_RUNS - 1]?.at ?? now;
    this.#runs = this.#runs.slice(MAX_RUNS);
  }

  /** What ended in the last `windowMs`, of one organ when named. */
  figures(windowMs: number, now: number, organ?: string): RunFigures {
    const runs = this.#runs.filter((run) => run.at > now - windowMs && (organ === undefined || run.organ === organ));
    return {
      covered_ms: Math.min(windowMs, now - this.#since),
      by_end: countBy(runs, ({ end }) => end),
      respawns: runs.filter(({ attempt }) => attempt > 1).length,
      by_skill: bySkill(runs),
      durations: countDurations(runs.filter(({ end }) => !STOPPED.includes(end)).map(({ ms }) => ms)),
    };
  }
}

function bySkill(runs: readonly EndedRun[]): Record<string, { runs: number; ok: number }> {
  const all = countBy(runs, ({ skill }) => skill);
  const good = countBy(
    runs.filter(({ end }) => end === 'ok'),
    ({ skill }) => skill,
  );
  return Object.fromEntries(Object.entries(all).map(([skill, n]) => [skill, { runs: n, ok: good[skill] ?? 0 }]));
}

function countBy(runs: readonly EndedRun[], keyOf: (run: EndedRun) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(keyOf(run), (counts.get(keyOf(run)) ?? 0) + 1);
  return Object.fromEntries(counts);
}
