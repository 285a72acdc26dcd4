/** Agents one manager watches, and so the most runs it has to judge at once. */
export const AGENTS_OF_MANAGER = 10;

/** A manager there should be, and whom it watches. */
export type PlannedManager = {
  readonly managerId: string;
  readonly organId: string;
  readonly agents: readonly string[];
};

/**
 * The managers of an organ: one for each ten of its agents, in the order of their ids. Whoever sees the same records plans
 * the same; an agent that comes or goes moves those behind it to another manager, which takes over as from a dead one.
 */
export function managersOf(organId: string, agents: readonly string[]): PlannedManager[] {
  const ids = agents.toSorted();
  const count = Math.ceil(ids.length / AGENTS_OF_MANAGER);
  return Array.from({ length: count }, (_, k) => ({
    managerId: `${organId}-m${k}`,
    organId,
    agents: ids.slice(k * AGENTS_OF_MANAGER, (k + 1) * AGENTS_OF_MANAGER),
  }));
}

/** Who could hold a manager: how many one replica should have at least before others take more. */
export const fairShare = (managers: number, replicas: number): number => Math.ceil(managers / Math.max(1, replicas));
