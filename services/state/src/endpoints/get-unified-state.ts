import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { MOST_SHOWN } from '../domain/snapshot.ts';
import { unifiedState } from '../domain/unified-state.ts';
import { watchLag } from '../domain/watch-lag.ts';
import type { Ports } from '../ports.ts';
import { snapshotSource } from '../work/snapshot-source.ts';

const OPTIONAL = ['organs', 'system', 'memory'] as const;

/** The picture part by part, or nothing but its id when the caller knows it. */
export function getUnifiedState(ports: Ports): Handler<typeof state.endpoints.get_unified_state> {
  return ({ agent_ids: agentIds, if_none_match: known, vectors, ...wanted }) => {
    const source = snapshotSource(ports);
    const include = OPTIONAL.filter((name) => wanted[`include_${name}`]);
    const picture = unifiedState(source, { agentIds, include, known, vectors, wallMs: ports.clock.wallMs() });
    if (!picture.ok) return fail('too_many_agents', { n: picture.agents, max: MOST_SHOWN });
    return ok(picture.value, watchLag(source));
  };
}
