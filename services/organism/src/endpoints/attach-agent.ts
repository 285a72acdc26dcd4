import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Attached, Attachment } from '../registry/attachment.ts';
import type { Registry } from '../registry/registry.ts';
import { type AgentLinePorts, agentLine } from './agent-line.ts';

type Ports = AgentLinePorts & { readonly registry: Pick<Registry, 'attach'> };

/** Gives an agent to a host, or to another organ. */
export function attachAgent(ports: Ports): Handler<typeof organism.endpoints.attach_agent> {
  return async (wish, call) => {
    const attached = await ports.registry.attach(wish, call.signal);
    if (attached.is !== 'there') return notAttached(attached, wish, ports);
    const { agent, was } = attached;
    const { host, organ_id } = was.holding;
    return ok({
      agent: agentLine(agent, ports),
      epoch: agent.epoch,
      was: { epoch: was.epoch, host, organ_id },
    });
  };
}

function notAttached(
  attached: Exclude<Attached, { readonly is: 'there' }>,
  { agent_id, organ_id }: Attachment,
  { roster }: Ports,
) {
  switch (attached.is) {
    case 'unknown_agent': {
      const { archivedAt } = attached;
      return fail('unknown_agent', { agent_id, ...(archivedAt === undefined ? {} : { archived_at: archivedAt }) });
    }
    case 'unknown_organ': {
      const known = roster.organs().map(({ record }) => record.organ_id);
      return fail('unknown_organ', { organ_id: organ_id ?? '', known });
    }
    case 'agent_busy':
      return fail('agent_busy', { agent_id, retry_after_ms: attached.retryMs });
    case 'at_capacity':
      return fail('at_capacity', { organ_id: attached.organId, live: attached.live, max: attached.max });
    case 'start_failed':
      return fail('start_failed', { agent_id, reason: attached.reason });
    case 'attach_refused': {
      const { holding, epoch: current_epoch } = attached.held;
      return fail('attach_refused', { reason: attached.reason, current_epoch, host: holding.host });
    }
  }
}
