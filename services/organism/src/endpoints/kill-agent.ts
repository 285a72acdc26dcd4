import type { organism } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import type { StopAgent } from '../supervision/stop-agent.ts';

/** What ending the run of an agent needs. */
export type KillPorts = { readonly roster: Roster; readonly stopAgent: Pick<StopAgent, 'stop'> };

/** Ends the run of an agent, wherever it lives. */
export function killAgent({ roster, stopAgent }: KillPorts): Handler<typeof organism.endpoints.kill_agent> {
  return async ({ agent_id, epoch, reason, grace_ms, respawn }, call) => {
    const agent = roster.agent(agent_id);
    if (agent === undefined) return fail('unknown_agent', { agent_id });
    const { host, archived_at } = agent.holding;
    if (epoch !== undefined && epoch !== agent.epoch)
      return fail('stale_handle', { agent_id, current_epoch: agent.epoch, host });
    const answer = await stopAgent.stop({ request: call.id, agent_id, reason, grace_ms, respawn }, host);
    if (answer.already && archived_at !== undefined) return fail('unknown_agent', { agent_id, archived_at });
    return ok({ epoch: agent.epoch, ...answer });
  };
}
