import type { RoleShares } from '@seedcore/contracts';
import { grownOf } from './growth/lifecycle.ts';
import type { Standing as Whole } from './standing.ts';

/** What is told of how an agent has fared. */
type Standing = Pick<Whole, 'c' | 'counters' | 'quality' | 'p' | 'lifecycle'>;

/** Most quality scores a heartbeat carries. */
const RECENT = 5;

/** How an agent has fared, as a heartbeat tells it. */
export function heartbeatOf({ c, counters, quality, p, lifecycle }: Standing, roles: RoleShares, archived: boolean) {
  const { memory_writes, memory_hits, salient } = counters;
  return {
    role_probs: p ?? roles,
    performance_metrics: {
      success_rate: rate(counters),
      quality_score: mean(quality),
      capability_score_c: c.value,
      tasks_processed: counters.tasks,
      successful_tasks: counters.ok,
    },
    memory_metrics: { memory_writes, memory_hits, salient },
    local_state: { recent_quality_scores: quality.slice(-RECENT) },
    lifecycle: archived ? ('archived' as const) : grownOf(lifecycle),
  };
}

/** How an agent has fared, in figures. */
export function statsOf({ c, counters, quality }: Standing) {
  return {
    capability_score: c.value,
    tasks_processed: counters.tasks,
    success_rate: rate(counters),
    avg_quality: mean(quality),
    memory_writes: counters.memory_writes,
  };
}

const rate = ({ tasks, ok }: Standing['counters']): number | null => (tasks === 0 ? null : ok / tasks);

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
