import type { AgentRecord, state } from '@seedcore/contracts';
import { fail, type Handler, type Input, ok } from '@seedcore/protocol';
import type { Ports, Reading } from '../ports.ts';

type Endpoint = typeof state.endpoints.get_agent_state;

/** Reads an agent's record, from this replica's picture where that is allowed and new enough. */
export function getAgentState(ports: Ports): Handler<Endpoint> {
  return async (input) => {
    const { agent_id } = input;
    const picture = pictured(ports, input);
    const reading = picture?.reading ?? (await ports.agents.read(agent_id));
    if (reading.kind === 'absent') return fail('unknown_agent', { agent_id });
    if (reading.kind === 'corrupt') return fail('corrupt_record', { key: agent_id, why: reading.why });
    const heard = ports.beats.heard(agent_id, ports.clock.now());
    return ok({
      agent: reading.value,
      revision: reading.rev,
      age_ms: picture?.ageMs ?? 0,
      heartbeat_age_ms: heard.ageMs ?? null,
      liveness: heard.liveness,
    });
  };
}

type Pictured = { readonly reading: Reading<AgentRecord>; readonly ageMs: number };

function pictured({ agents }: Ports, { agent_id, consistency, min_revision }: Input<Endpoint>): Pictured | undefined {
  const { lagMs } = agents.fill();
  const known = agents.view.get(agent_id);
  const usable = consistency === 'cached' && Number.isFinite(lagMs) && known !== undefined;
  if (!usable || known.rev < (min_revision ?? 0)) return undefined;
  return { reading: { kind: 'found', ...known }, ageMs: lagMs };
}
