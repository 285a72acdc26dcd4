import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { MOST_SHOWN, snapshotOf } from '../domain/snapshot.ts';
import type { SnapshotSource } from '../domain/snapshot-source.ts';
import type { Ports } from '../ports.ts';

/** Assembles a picture of everything out of what this replica knows. */
export function getAggregatedState(ports: Ports): Handler<typeof state.endpoints.get_aggregated_state> {
  return ({ aggregation_type: type, since_s: sinceS, agent_ids: agentIds }) => {
    const request = { type, sinceS, agentIds, wallMs: ports.clock.wallMs() };
    const snapshot = snapshotOf(sourceOf(ports), request);
    return snapshot.ok ? ok(snapshot.value) : fail('too_many_agents', { n: snapshot.agents, max: MOST_SHOWN });
  };
}

function sourceOf({ agents, organs, facts, beats, census, clock }: Ports): SnapshotSource {
  const nowMs = clock.now();
  return {
    agents: agents.view.entries().map(([id, { value: record }]) => ({ record, heard: beats.heard(id, nowMs) })),
    organs: organs.view.entries().map(([, { value }]) => value),
    facts: { count: facts.view.size, bytes: facts.view.bytes, coverage: facts.view.coverage },
    buckets: { agents: agents.fill(), organs: organs.fill(), memory: facts.fill() },
    census: census(),
  };
}
