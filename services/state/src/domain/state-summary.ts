import type { AgentRecord, StateSummary } from '@seedcore/contracts';
import type { SeenAgent } from './snapshot-source.ts';
import { spreadOf } from './spread.ts';

/** Statistics over agents that are not archived; capability only where it was measured. */
export function summaryOf(agents: readonly SeenAgent[], archived: number): StateSummary {
  const records = agents.map(({ record }) => record);
  const liveness = { alive: 0, late: 0, silent: 0, unknown: 0 };
  const lifecycle = new Map<string, number>();
  for (const { record, heard } of agents) {
    liveness[heard.liveness] += 1;
    const stage = record.lifecycle ?? 'unknown';
    lifecycle.set(stage, (lifecycle.get(stage) ?? 0) + 1);
  }
  return {
    agents: agents.length,
    archived,
    c: spreadOf(records.map(({ c }) => (c.n > 0 ? c.value : null))),
    mem_util: spreadOf(records.map(({ mem_util }) => mem_util)),
    load: spreadOf(agents.map(({ heard }) => heard.load)),
    lifecycle: Object.fromEntries(lifecycle),
    liveness,
    counters: records.map(({ counters }) => counters).reduce(added, NONE),
  };
}

type Counters = AgentRecord['counters'];
const NONE: Counters = { tasks: 0, ok: 0, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 };

const added = (a: Counters, b: Counters): Counters => ({
  tasks: a.tasks + b.tasks,
  ok: a.ok + b.ok,
  failed: a.failed + b.failed,
  memory_writes: a.memory_writes + b.memory_writes,
  memory_hits: a.memory_hits + b.memory_hits,
  salient: a.salient + b.salient,
});
