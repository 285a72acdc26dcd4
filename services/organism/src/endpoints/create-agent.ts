import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Created } from '../registry/creation.ts';
import type { Registry } from '../registry/registry.ts';
import { type AgentLinePorts, agentLine } from './agent-line.ts';

/** What creating agents stands on. */
export type CreatePorts = AgentLinePorts & { readonly registry: Pick<Registry, 'create'> };

/** Creates an agent, or finds the one of that name. */
export function createAgent(ports: CreatePorts): Handler<typeof organism.endpoints.create_agent> {
  return async (wish, call) => {
    const made = await ports.registry.create(wish, call.signal);
    if (made.is !== 'there') return notCreated(made, wish.organ_id, ports);
    const { agent, created, differs } = made;
    const line = agentLine(agent, ports);
    return ok({ agent: line, epoch: agent.epoch, created, reused: !created, differs: [...differs] });
  };
}

/** Why there is no agent, as the contract says it. */
export function notCreated(
  made: Exclude<Created, { readonly is: 'there' }>,
  organ_id: string,
  { roster }: Pick<CreatePorts, 'roster'>,
) {
  switch (made.is) {
    case 'unknown_organ':
      return fail('unknown_organ', { organ_id, known: roster.organs().map(({ record }) => record.organ_id) });
    case 'name_taken': {
      const { agentId: agent_id, archivedAt } = made;
      return fail('name_taken', { agent_id, ...(archivedAt === undefined ? {} : { archived_at: archivedAt }) });
    }
    case 'at_capacity':
      return fail('at_capacity', { organ_id, live: made.live, max: made.max });
    case 'start_failed':
      return fail('start_failed', { agent_id: made.agentId, reason: made.reason });
  }
}
