import type { Roster } from './roster.ts';

/** Longest chain of organs that were retired one after the other. */
const MOST_STEPS = 8;

/** The organ whose agents do what comes through the queue of `organId`: itself, or whoever inherited it. */
export function heirOf(organId: string, roster: Pick<Roster, 'organ'>): string {
  let heir = organId;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const next = roster.organ(heir)?.record.heir;
    if (next === undefined) return heir;
    heir = next;
  }
  return heir;
}
