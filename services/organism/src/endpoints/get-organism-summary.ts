import type { organism } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { quantileOf } from '../domain/duration-histogram.ts';
import { mergeReports } from '../insight/merge-reports.ts';
import type { ReplicaReport } from '../insight/replica-report.ts';
import { lacking } from '../organs/whole-state.ts';
import { type MetricsPorts, reportsOf } from './get-organism-metrics.ts';

/** How the whole has fared, from every replica that answers. */
export function getOrganismSummary(ports: MetricsPorts): Handler<typeof organism.endpoints.get_organism_summary> {
  return async ({ window_s }, call) => {
    const { reports, missing } = await reportsOf(ports, { window_ms: window_s * 1000 }, call.left());
    const merged = mergeReports(reports.map(({ report }) => report));
    const { n, capability, tasks, memory_writes } = merged.agents;
    return ok({
      window_s,
      covered_s: Math.round(merged.covered_ms / 1000),
      tasks: merged.by_skill,
      success_rate: successRate(merged),
      p95_ms: quantileOf(merged.durations, 0.95) ?? null,
      respawns: merged.respawns,
      total_agents: ports.roster.agents().length,
      total_tasks_processed: { value: tasks, n },
      average_capability_score: { value: n === 0 ? null : Math.min(1, capability / n), n },
      total_memory_writes: { value: memory_writes, n },
      ...healthOf(ports, missing),
      partial: missing.length > 0,
      missing_replicas: [...missing],
    });
  };
}

/** Of the runs that ended by themselves. */
function successRate({ by_end }: ReplicaReport): number | null {
  const ended = ['ok', 'error', 'killed', 'timeout'].reduce((sum, end) => sum + (by_end[end] ?? 0), 0);
  return ended === 0 ? null : (by_end['ok'] ?? 0) / ended;
}

function healthOf({ roster, clock }: MetricsPorts, missing: readonly string[]) {
  const now = clock.now();
  const alive = roster.routable(now).some((organ) => organ.alive);
  const reasons = [...lacking(roster, now), ...missing.map((instance) => `${instance} does not answer`)];
  if (!alive) return { overall_health: 'down' as const, reasons: ['no organ has a live agent', ...reasons] };
  return { overall_health: reasons.length > 0 ? ('degraded' as const) : ('healthy' as const), reasons };
}
