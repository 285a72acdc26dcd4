import type { Metrics } from '@seedcore/runtime';
import type { HistoryEvent } from '@seedcore/tasks';
import type { Kill } from './domain/kill.ts';
import type { Late } from './domain/skill-end.ts';
import type { PadCounted } from './supervision/managers/manager-ports.ts';

/** What is counted of runs that are watched: by the one process whose write held, so that sums over replicas are exact. */
export type Watched = {
  spawned(run: { readonly again: boolean }): void;
  killed(kill: Kill): void;
  late(outcome: Late): void;
  /** A task was ended by a write of this process. */
  taskEnded(end: Pick<HistoryEvent, 'state' | 'end'>): void;
} & PadCounted;

/** Registers the counters of supervision. */
export function supervisionMetrics(metrics: Metrics): Watched {
  const spawned = metrics.counter({ name: 'eros_interns_spawned_total', help: 'Runs of tasks that were begun.' });
  const respawns = metrics.counter({
    name: 'eros_respawns_total',
    help: 'Runs that were begun after one before had failed, outlived its time or was killed.',
  });
  const killed = metrics.counter({
    name: 'eros_interns_killed_total',
    help: 'Runs that were ended by whoever watches them.',
    labels: ['kind'],
  });
  const interventions = metrics.counter({
    name: 'eros_interventions_total',
    help: 'Verdicts that held.',
    labels: ['kind'],
  });
  const late = metrics.counter({
    name: 'eros_late_results_total',
    help: 'What runs brought after they had been ended; it changed nothing.',
    labels: ['outcome'],
  });
  const letters = metrics.counter({ name: 'eros_dead_letters_total', help: 'Tasks that ended without an answer.' });
  const shadow = metrics.counter({
    name: 'eros_shadow_kills_total',
    help: 'Runs the rule that does not act would have ended.',
    labels: ['version'],
  });
  const samples = metrics.counter({
    name: 'eros_pad_samples_total',
    help: 'Samples of output that counted, by what was found.',
    labels: ['verdict'],
  });
  const durations = metrics.histogram({
    name: 'eros_task_duration_seconds',
    help: 'Time from a task to its result, of those that succeeded.',
  });
  return {
    sampled: (verdict) => samples.add({ verdict }),
    shadowKill: (version) => shadow.add({ version: String(version) }),
    taskEnded: ({ state, end }) => {
      if (state === 'failed') letters.add({});
      if (state === 'succeeded' && end !== undefined) durations.observe({}, end.latency_ms / 1000);
    },
    spawned: ({ again }) => {
      spawned.add({});
      if (again) respawns.add({});
    },
    killed: ({ kind }) => {
      killed.add({ kind });
      interventions.add({ kind });
    },
    late: (outcome) => late.add({ outcome }),
  };
}
