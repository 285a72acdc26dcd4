import type { InterventionRecord, KillKind, Pulse } from '@seedcore/contracts';
import type { RunEnding } from './task-ending.ts';

/** Runs whose time is remembered, for the 95th percentile. */
const REMEMBERED_RUNS = 200;
/** Most failed runs of which it is not known yet whether another one follows. */
const MAX_OPEN = 500;
/** A run that is to be repeated begins again within this time of its end, in ms; then it is asked what became of it. */
export const REPEATED_WITHIN_MS = 8000;

type Tasks = Omit<Pulse['tasks'], 'total' | 'active'>;
type Open = { readonly at: number };

/**
 * What became of the tasks a manager watched since its term began. Tasks are counted, not runs: one that failed and then
 * succeeded is one success, wherever that was; one that goes on under another manager is counted there.
 */
export class PulseTally {
  readonly #open = new Map<string, Open>();
  readonly #interventions: Partial<Record<KillKind, number>> = {};
  #tasks: Tasks = { completed: 0, failed: 0, dead: 0 };
  #times: number[] = [];
  #respawned = 0;
  #ends = 0;

  /** A run of one of its agents begins. */
  started(taskId: string, attempt: number): void {
    this.#open.delete(taskId);
    if (attempt > 1) this.#respawned++;
  }

  /** A run of any agent begins: its task goes on, and is not to be asked about. */
  goesOn(taskId: string): void {
    this.#open.delete(taskId);
  }

  /** A run of one of its agents has ended. */
  ended(run: { readonly taskId: string; readonly ending: RunEnding; readonly ms: number; readonly now: number }): void {
    this.#ends++;
    this.#times = [...this.#times, run.ms].slice(-REMEMBERED_RUNS);
    if (run.ending === 'open') this.#wait(run.taskId, run.now);
    else this.#add(run.ending);
  }

  /** A run of one of its agents was ended by a verdict. */
  intervened({ kind }: Pick<InterventionRecord, 'kind'>): void {
    this.#interventions[kind] = (this.#interventions[kind] ?? 0) + 1;
  }

  /** Tasks whose last run failed and that did not begin again in time: whoever reads their records knows. */
  doubtful(now: number): readonly string[] {
    return [...this.#open].filter(([, { at }]) => now - at >= REPEATED_WITHIN_MS).map(([taskId]) => taskId);
  }

  /** What became of such a task, as its record says; `unknown` without one. */
  found(taskId: string, state: string): void {
    if (!this.#open.delete(taskId)) return;
    // A run in place leaves no record, and its caller was told that it failed.
    if (state === 'failed') this.#add('dead');
    else if (state === 'succeeded') this.#add('completed');
    else if (state === 'cancelled' || state === 'expired' || state === 'unknown') this.#add('failed');
  }

  /** How many runs have ended. */
  get ends(): number {
    return this.#ends;
  }

  /** The counts of a pulse. */
  counts(active: number): Pick<Pulse, 'tasks' | 'respawned' | 'interventions' | 'p95_ms'> {
    const { completed, failed, dead } = this.#tasks;
    return {
      tasks: { total: active + completed + failed + dead, active, ...this.#tasks },
      respawned: this.#respawned,
      interventions: { ...this.#interventions },
      p95_ms: percentile95(this.#times) ?? null,
    };
  }

  #wait(taskId: string, now: number): void {
    this.#open.set(taskId, { at: now });
    const oldest = this.#open.size > MAX_OPEN ? this.#open.keys().next().value : undefined;
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  #add(to: keyof Tasks): void {
    this.#tasks = { ...this.#tasks, [to]: this.#tasks[to] + 1 };
  }
}

/** The value 95 of 100 do not exceed; undefined of none. */
function percentile95(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)];
}
