import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Memory } from '../ports.ts';

/** Picture and facts of state. */
export function meshMemory(mesh: Mesh): Memory {
  const client = mesh.client(state);
  return {
    async picture(call) {
      const reply = await client.get_aggregated_state({ aggregation_type: 'summary' }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { completeness, summary } = reply.value;
      return { value: { completeness, ...(summary && { agents: summary.agents }) } };
    },
    async remember({ agent_id, text, outcome }, call) {
      const fact = { text: text.slice(0, 4_096), subject: agent_id, predicate: 'triage', object: outcome };
      const reply = await client.store_fact({ ...fact, tags: ['incident', 'triage'], source: SOURCE }, call);
      return reply.ok ? { value: reply.value.fact_id } : { none: reply.failure.code };
    },
  };
}

const SOURCE = 'coordinator.anomaly_triage';
