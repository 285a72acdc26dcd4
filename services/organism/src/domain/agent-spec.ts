import type { AgentHolding, OrganRecord, RoleShares } from '@seedcore/contracts';

/** What an agent shall be; what is left out is its organ's. */
export type AgentSpec = {
  readonly specialty?: string | undefined;
  readonly skills?: readonly string[] | undefined;
  readonly roles?: RoleShares | undefined;
};

/** Fields in which an agent may differ from what was asked for. */
export type Difference = 'organ_id' | 'specialty' | 'skills' | 'roles';

/** Where an agent is not as it was asked for; what was not asked for makes no difference. */
export function differences(agent: AgentHolding, organ: OrganRecord, spec: AgentSpec): Difference[] {
  const roles = agent.roles ?? organ.role_prior;
  const differs: Readonly<Record<Difference, boolean>> = {
    organ_id: agent.organ_id !== organ.organ_id,
    specialty: spec.specialty !== undefined && spec.specialty !== agent.specialty,
    skills: spec.skills !== undefined && inOrder(spec.skills) !== inOrder(agent.skills),
    roles: spec.roles !== undefined && (['e', 's', 'o'] as const).some((role) => spec.roles?.[role] !== roles[role]),
  };
  return (['organ_id', 'specialty', 'skills', 'roles'] as const).filter((field) => differs[field]);
}

/** The record of a new agent of an organ. */
export function newHolding(organ: OrganRecord, spec: AgentSpec, facts: HoldingFacts): AgentHolding {
  const { agentId, host, ready, at } = facts;
  return {
    agent_id: agentId,
    organ_id: organ.organ_id,
    host,
    presence: ready ? 'ready' : 'starting',
    skills: [...(spec.skills ?? organ.skills)],
    specialty: spec.specialty ?? organ.specialty,
    ...(spec.roles === undefined ? {} : { roles: spec.roles }),
    created_at: at,
    held_since: at,
  };
}

/** What a record says beside what was asked for. */
export type HoldingFacts = {
  readonly agentId: string;
  readonly host: string;
  /** Whether its host begins it with this very write. */
  readonly ready: boolean;
  readonly at: string;
};

const inOrder = (skills: readonly string[]): string => [...new Set(skills)].sort().join(' ');
