import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { MOST_SHOWN, snapshotOf } from '../domain/snapshot.ts';
import { watchLag } from '../domain/watch-lag.ts';
import type { Ports } from '../ports.ts';
import { snapshotSource } from '../work/snapshot-source.ts';

/** Assembles a picture of everything out of what this replica knows. */
export function getAggregatedState(ports: Ports): Handler<typeof state.endpoints.get_aggregated_state> {
  return ({ aggregation_type: type, since_s: sinceS, agent_ids: agentIds }) => {
    const source = snapshotSource(ports);
    const snapshot = snapshotOf(source, { type, sinceS, agentIds, wallMs: ports.clock.wallMs() });
    if (!snapshot.ok) return fail('too_many_agents', { n: snapshot.agents, max: MOST_SHOWN });
    return ok(snapshot.value, watchLag(source));
  };
}
