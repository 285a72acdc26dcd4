import type { Metrics } from '@seedcore/runtime';
import type { Kill } from './domain/kill.ts';
import type { Late } from './domain/skill-end.ts';

/** What is counted of runs that are watched: by the one process whose write held, so that sums over replicas are exact. */
export type Watched = {
  spawned(run: { readonly again: boolean }): void;
  killed(kill: Kill): void;
  late(outcome: Late): void;
};

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
  return {
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
