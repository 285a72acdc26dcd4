import type { OrganRecord } from '@seedcore/contracts';

/** Most numbers tried for the name of a new agent. */
const MAX_NUMBER = 1000;

/**
 * Ids of the agents an organ lacks, by number, without those that are taken.
 *
 * @param living agents the organ has
 * @param taken true for an id that has a record, whoever's it is
 */
export function missingAgents(
  { organ_id, desired, max_agents }: Pick<OrganRecord, 'organ_id' | 'desired' | 'max_agents'>,
  living: number,
  taken: (agentId: string) => boolean,
): string[] {
  const lacking = Math.max(0, Math.min(desired, max_agents) - living);
  const ids: string[] = [];
  for (let n = 0; ids.length < lacking && n < MAX_NUMBER; n++) {
    const id = `${organ_id}_agent_${n}`;
    if (!taken(id)) ids.push(id);
  }
  return ids;
}
