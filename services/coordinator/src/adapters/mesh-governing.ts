import { energy } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Governing } from '../ports.ts';

/** Mode and energy from energy. */
export function meshGoverning(mesh: Mesh): Governing {
  const client = mesh.client(energy);
  return {
    async mode(call) {
      const reply = await client.get_mode({}, call);
      if (!reply.ok || reply.value.mode === null) return { none: 'nobody has checked for 30 s' };
      return { value: reply.value.mode };
    },
    async deltaIfCalm({ drift, anomaly }, call) {
      const unified_state = { agents: [], drift: drift ?? null, anomaly };
      const reply = await client.compute_energy({ unified_state, include_breakdown: false }, call);
      if (!reply.ok) return { none: reply.failure.code };
      const { terms } = reply.value;
      // Calm is a drift and an anomaly of 0, where both terms are 0; what is unknown on one side is left out on both.
      return terms.anomaly === null ? { none: 'term unknown' } : { value: -(terms.anomaly + (terms.drift ?? 0)) };
    },
  };
}
