import type { AgentHolding, Arrangement, OrganRecord } from '@seedcore/contracts';

/** Where one agent shall be. */
export type AgentPlace = Arrangement['agents'][number];

/** The record of an agent that shall be in a place; `skip` when it is there. A run it has goes on where it is. */
export function placeAgent(
  now: AgentHolding,
  place: AgentPlace,
  { at, why }: { readonly at: string; readonly why: string },
): AgentHolding | 'skip' {
  const { archived_at, archived_why: _, ...holding } = now;
  const { organ_id, archived } = place;
  if (archived) {
    if (archived_at !== undefined) return 'skip';
    return { ...holding, host: null, presence: 'gone', archived_at: at, archived_why: why };
  }
  if (archived_at !== undefined) return { ...holding, organ_id, host: null, presence: 'gone', held_since: at };
  return now.organ_id === organ_id ? 'skip' : { ...now, organ_id, held_since: at };
}

/** The record of an agent that is a copy of another: whoever looks first takes it. */
export function copyOf(source: AgentHolding, { agent_id, organ_id }: AgentPlace, at: string): AgentHolding {
  const { skills, specialty, roles } = source;
  return {
    ...{ agent_id, organ_id, host: null, presence: 'gone', skills, specialty },
    ...(roles === undefined ? {} : { roles }),
    ...{ created_at: at, held_since: at },
  };
}

/**
 * An organ on its way to what it shall be, or there (`last`). Until its agents are in place it wants no more of them than it
 * wants before and after, so that nobody makes up for those that are on their way.
 */
export function placeOrgan(now: OrganRecord | undefined, target: OrganRecord, last: boolean): OrganRecord {
  const { heir: _, configured: __, ...kept } = now ?? target;
  const { state, desired, max_agents, skills, configured, heir } = target;
  return {
    ...kept,
    ...{ state, skills },
    max_agents: last ? max_agents : Math.max(max_agents, kept.max_agents),
    desired: last ? desired : Math.min(desired, now?.desired ?? 0),
    ...(configured === undefined ? {} : { configured }),
    ...(heir === undefined ? {} : { heir }),
  };
}
