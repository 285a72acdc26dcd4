import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { isRecord } from '@seedcore/protocol';
import type { Figures, Organs } from '../ports.ts';

/** Routes and work from organism. */
export function meshOrgans(mesh: Mesh): Organs {
  const client = mesh.client(organism);
  return {
    async route({ type, domain, requires, preferred }, call) {
      const task = { type, domain, requires: [...requires] };
      const preference = preferred === undefined ? {} : { preferred_logical_id: preferred };
      const reply = await client.resolve_route({ task, ...preference }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { logical_id, queue, resolved_from } = reply.value;
      return { value: { logical_id, queue, resolved_from } };
    },
    async profile({ id, organ_id, series }, call) {
      const task = { id, type: 'analyze_series', params: { values: [...series] } };
      const reply = await client.execute_on_organ({ organ_id, task, organ_timeout_ms: PROFILE_MS }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { state, error, result } = reply.value;
      if (state !== 'succeeded') return { none: error?.message ?? state };
      return { value: figuresOf(result), degraded: reply.degraded };
    },
  };
}

const PROFILE_MS = 9_000;

/** The plain numbers in what the skill found. */
function figuresOf(result: unknown): Figures {
  if (!isRecord(result)) return {};
  const numbers = Object.entries(result).filter((pair): pair is [string, number] => typeof pair[1] === 'number');
  return Object.fromEntries(numbers);
}
