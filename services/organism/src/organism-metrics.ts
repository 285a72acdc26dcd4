import type { Metrics } from '@seedcore/runtime';
import type { AgentPool } from './agents/agent-pool.ts';
import type { Presence, Roster } from './domain/roster.ts';
import type { ResolvedFrom } from './domain/route.ts';
import type { Vitals } from './endpoints/get-organism-status.ts';

/** What organism counts; labels are organs, skills and closed sets, never ids of agents or tasks. */
export type Counted = {
  attempt(run: { readonly organ: string; readonly skill: string; readonly end: string; readonly ms: number }): void;
  route(from: ResolvedFrom): void;
  /** A collection of telemetry, how long it took, and how each answer came about. */
  collected(kind: string, ms: number, sources: readonly string[]): void;
};

/** Registers the metrics of organism. */
export function organismMetrics(
  metrics: Metrics,
  view: { roster: Roster; pool: AgentPool; now: () => number; vitals: Pick<Vitals, 'lagMs' | 'lagP99Ms'> },
): Counted {
  const attempts = metrics.counter({
    name: 'seedcore_organism_attempts_total',
    help: 'Runs of tasks by organ, skill and how they ended.',
    labels: ['organ', 'skill', 'end'],
  });
  const seconds = metrics.histogram({
    name: 'seedcore_organism_attempt_seconds',
    help: 'Time a run of a task took.',
    labels: ['skill'],
  });
  const routes = metrics.counter({
    name: 'seedcore_route_resolutions_total',
    help: 'Routes by the rule that decided.',
    labels: ['from'],
  });
  const collections = metrics.histogram({
    name: 'seedcore_tier0_collect_seconds',
    help: 'Time a collection of telemetry took.',
    labels: ['kind'],
  });
  const answers = metrics.counter({
    name: 'seedcore_tier0_answers_total',
    help: 'Answers of agents to collections by how they came about.',
    labels: ['source'],
  });
  metrics.gauge({ name: 'seedcore_tier0_agents', help: 'Agents by presence.', labels: ['presence'] }, (set) => {
    const counts = Object.entries(view.roster.counts(view.now())) as [Presence, number][];
    for (const [presence, value] of counts) set({ presence }, value);
  });
  metrics.gauge(
    { name: 'seedcore_organism_threads', help: 'Threads and processes of skills by state.', labels: ['state'] },
    (set) => {
      const threads = view.pool.list().map((agent) => agent.threads);
      for (const state of ['alive', 'stuck'] as const)
        set(
          { state },
          threads.reduce((sum, one) => sum + one[state], 0),
        );
    },
  );
  metrics.gauge(
    {
      name: 'seedcore_organism_loop_lag_seconds',
      help: 'Delay of the event loop since the process began.',
      labels: ['quantile'],
    },
    (set) => {
      set({ quantile: '0.5' }, view.vitals.lagMs() / 1000);
      set({ quantile: '0.99' }, view.vitals.lagP99Ms() / 1000);
    },
  );
  return {
    attempt: ({ organ, skill, end, ms }) => {
      attempts.add({ organ, skill, end });
      seconds.observe({ skill }, ms / 1000);
    },
    route: (from) => routes.add({ from }),
    collected: (kind, ms, sources) => {
      collections.observe({ kind }, ms / 1000);
      for (const source of sources) answers.add({ source });
    },
  };
}
