import type { organism } from '@seedcore/contracts';
import type { Output } from '@seedcore/protocol';
import { mergeDurations, quantileOf } from '../domain/duration-histogram.ts';
import type { ReplicaReport } from './replica-report.ts';

/** Figures as they are told. */
export type Figures = Output<typeof organism.endpoints.get_organism_metrics>['merged'];

/** What several replicas said, as one: sums, the shortest memory, and the longest delay. */
export function mergeReports(reports: readonly ReplicaReport[]): ReplicaReport {
  const sum = (of: (report: ReplicaReport) => number) => reports.reduce((total, one) => total + of(one), 0);
  return {
    covered_ms: Math.min(...reports.map(({ covered_ms }) => covered_ms)),
    by_end: mergeDurations(reports.map(({ by_end }) => by_end)),
    respawns: sum(({ respawns }) => respawns),
    by_skill: mergeSkills(reports),
    durations: mergeDurations(reports.map(({ durations }) => durations)),
    idle: sum(({ idle }) => idle),
    busy: sum(({ busy }) => busy),
    threads: sum(({ threads }) => threads),
    stuck_threads: sum(({ stuck_threads }) => stuck_threads),
    lag_ms: Math.max(...reports.map(({ lag_ms }) => lag_ms)),
    rss_mb: sum(({ rss_mb }) => rss_mb),
    agents: {
      n: sum(({ agents }) => agents.n),
      capability: sum(({ agents }) => agents.capability),
      tasks: sum(({ agents }) => agents.tasks),
      memory_writes: sum(({ agents }) => agents.memory_writes),
    },
  };
}

/** A report as it is told. */
export function figuresOf(report: ReplicaReport): Figures {
  const { by_end, respawns, durations, idle, busy, threads, stuck_threads, lag_ms, rss_mb } = report;
  const end = (name: keyof Figures['counters']['by_end']) => by_end[name] ?? 0;
  return {
    covered_s: Math.round(report.covered_ms / 1000),
    counters: {
      runs: Object.values(by_end).reduce((sum, n) => sum + n, 0),
      respawns,
      by_end: {
        ok: end('ok'),
        error: end('error'),
        killed: end('killed'),
        timeout: end('timeout'),
        lost: end('lost'),
        cancelled: end('cancelled'),
        handed_back: end('handed_back'),
      },
    },
    gauges: { idle, busy, threads, stuck_threads, lag_ms, rss_mb },
    p50_ms: quantileOf(durations, 0.5) ?? null,
    p95_ms: quantileOf(durations, 0.95) ?? null,
    p99_ms: quantileOf(durations, 0.99) ?? null,
  };
}

function mergeSkills(reports: readonly ReplicaReport[]): ReplicaReport['by_skill'] {
  const skills = new Set(reports.flatMap(({ by_skill }) => Object.keys(by_skill)));
  const sum = (skill: string, of: 'runs' | 'ok') =>
    reports.reduce((n, { by_skill }) => n + (by_skill[skill]?.[of] ?? 0), 0);
  return Object.fromEntries(
    [...skills].sort().map((skill) => [skill, { runs: sum(skill, 'runs'), ok: sum(skill, 'ok') }]),
  );
}
