import type { organism } from '@seedcore/contracts';
import { type Clock, type Handler, type Output, ok } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import { learntSkills } from '../domain/learnt-skills.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { Skills } from '../skill/open-skills.ts';

/** What the list of agents is made from. */
export type AgentListPorts = {
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly clock: Clock;
  readonly skillset: Pick<Skills, 'isBuiltIn'>;
};

type AgentLine = Output<typeof organism.endpoints.list_agents>['agents'][number];

/** Agents as they live now. */
export function listAgents(ports: AgentListPorts): Handler<typeof organism.endpoints.list_agents> {
  const { roster, clock } = ports;
  return ({ organ_id, presence, skill, limit, cursor }) => {
    const now = clock.now();
    const matching = roster
      .agents(organ_id)
      .filter(
        (agent) =>
          (presence === undefined || roster.presence(agent, now) === presence) &&
          (skill === undefined || agent.holding.skills.includes(skill)) &&
          (cursor === undefined || agent.holding.agent_id > cursor),
      );
    const agents = matching.slice(0, limit).map((agent) => lineOf(agent, now, ports));
    const last = agents.at(-1);
    const more = matching.length > limit && last !== undefined ? { next_cursor: last.agent_id } : {};
    return ok({ agents, counts: roster.counts(now, organ_id), ...more });
  };
}

function lineOf(agent: RosterAgent, now: number, { roster, pool, skillset }: AgentListPorts): AgentLine {
  const { held_since: _, created_at: __, presence: ___, ...holding } = agent.holding;
  const local = pool.get(holding.agent_id);
  const heard = agent.beat?.instance === holding.host ? agent.beat : undefined;
  return {
    ...holding,
    skills: [...holding.skills, ...learntSkills(holding, roster.organ(holding.organ_id)?.record, skillset.isBuiltIn)],
    epoch: agent.epoch,
    kind: 'thread',
    presence: roster.presence(agent, now),
    capability: local?.ledger.standing.c ?? heard?.beat.changed?.c ?? null,
    load: heard?.beat.load ?? null,
    progress: heard?.beat.progress ?? null,
    age_ms: heard === undefined ? null : Math.max(0, Math.round(now - heard.at)),
  };
}
