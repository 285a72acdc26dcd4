import type { AgentHolding, organism } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { skillsOf } from '../domain/learnt-skills.ts';
import { type AgentLinePorts, agentLine } from './agent-line.ts';

/** Agents as they live now. */
export function listAgents(ports: AgentLinePorts): Handler<typeof organism.endpoints.list_agents> {
  const { roster, clock, skillset } = ports;
  const able = (holding: AgentHolding) => skillsOf(holding, roster.organ(holding.organ_id)?.record, skillset);
  return ({ organ_id, presence, lifecycle, skill, limit, cursor }) => {
    const now = clock.now();
    const matching = roster
      .agents(organ_id)
      .filter(
        (agent) =>
          (presence === undefined || roster.presence(agent, now) === presence) &&
          (lifecycle === undefined || agentLine(agent, ports).lifecycle === lifecycle) &&
          (skill === undefined || able(agent.holding).includes(skill)) &&
          (cursor === undefined || agent.holding.agent_id > cursor),
      );
    const agents = matching.slice(0, limit).map((agent) => agentLine(agent, ports));
    const last = agents.at(-1);
    const more = matching.length > limit && last !== undefined ? { next_cursor: last.agent_id } : {};
    return ok({ agents, counts: roster.counts(now, organ_id), ...more });
  };
}
