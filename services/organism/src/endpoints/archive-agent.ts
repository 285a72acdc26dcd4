import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Registry } from '../registry/registry.ts';
import { type AgentLinePorts, agentLine } from './agent-line.ts';

/** Ends an agent. */
export function archiveAgent(
  ports: AgentLinePorts & { readonly registry: Pick<Registry, 'archive'> },
): Handler<typeof organism.endpoints.archive_agent> {
  return async (wish) => {
    const { agent_id } = wish;
    const archived = await ports.registry.archive(wish);
    switch (archived.is) {
      case 'done': {
        const { agent, at, already } = archived;
        return ok({ agent: agentLine(agent, ports), archived_at: at, already });
      }
      case 'unknown_agent':
        return fail('unknown_agent', { agent_id });
      case 'agent_busy':
        return fail('agent_busy', { agent_id, retry_after_ms: archived.retryMs });
      case 'stale_handle': {
        const { epoch, holding } = archived.held;
        return fail('stale_handle', { agent_id, current_epoch: epoch, host: holding.host });
      }
    }
  };
}
