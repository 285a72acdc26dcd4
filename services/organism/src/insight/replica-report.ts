import { z } from 'zod';
import type { AgentPool } from '../agents/agent-pool.ts';
import type { Vitals } from '../endpoints/get-organism-status.ts';
import type { RunLog } from './run-log.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

/** What one replica says of itself. */
export const replicaReport = z.object({
  covered_ms: ms,
  by_end: z.record(z.string(), count),
  respawns: count,
  by_skill: z.record(z.string(), z.object({ runs: count, ok: count })),
  durations: z.record(z.string(), count),
  idle: count,
  busy: count,
  threads: count,
  stuck_threads: count,
  lag_ms: ms,
  rss_mb: ms,
  /** Totals of the agents it hosts. */
  agents: z.object({ n: count, capability: z.number(), tasks: count, memory_writes: count }),
});

/** What one replica says of itself. */
export type ReplicaReport = z.output<typeof replicaReport>;

/** What a report is made from. */
export type ReportPorts = {
  readonly runs: RunLog;
  readonly pool: AgentPool;
  readonly vitals: Vitals;
  readonly clock: { now(): number };
};

/** What this replica says of itself, of the runs of one organ when named. */
export function reportOf(
  { runs, pool, vitals, clock }: ReportPorts,
  windowMs: number,
  organId?: string,
): ReplicaReport {
  const agents = pool.list(organId);
  const sum = (of: (agent: (typeof agents)[number]) => number) => agents.reduce((total, one) => total + of(one), 0);
  const busy = agents.filter((agent) => agent.busy).length;
  return {
    ...runs.figures(windowMs, clock.now(), organId),
    idle: agents.length - busy,
    busy,
    threads: sum(({ threads }) => threads.alive),
    stuck_threads: sum(({ threads }) => threads.stuck),
    lag_ms: vitals.lagMs(),
    rss_mb: vitals.rssMb(),
    agents: {
      n: agents.length,
      capability: sum(({ ledger }) => ledger.standing.c.value),
      tasks: sum(({ ledger }) => ledger.standing.counters.tasks),
      memory_writes: sum(({ ledger }) => ledger.standing.counters.memory_writes),
    },
  };
}
