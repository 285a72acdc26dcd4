import type { Skill, UnmetNeed } from '@seedcore/contracts';
import { type Catalogue, typicalMs } from './catalogue.ts';
import { type Filling, fillFromGiven, type Given } from './given-values.ts';

const MOST_UNMET = 16;

/** A skill as the search sees it. */
export type Move = {
  readonly skill: Skill;
  readonly filling: Filling;
  /** Expected ms until it has worked once: typical time over success. */
  readonly cost: number;
};

/** Skills in reverse order of running: every one is needed by some before it, or by the goal. */
export type Chain = readonly Move[];

/** The moves a catalogue offers for what is given, by skill name. */
export type Moves = ReadonlyMap<string, Move>;

/** What each skill of the catalogue would cost and still need. */
export function movesOf(catalogue: Catalogue, given: Given): Moves {
  return new Map(
    catalogue.skills.map((skill) => [
      skill.name,
      { skill, filling: fillFromGiven(skill, given), cost: typicalMs(skill) / catalogue.successOf(skill) },
    ]),
  );
}

/**
 * Least cost at which each type can be had, by the longest way; types that cannot be had are absent.
 * Never above the true cost, so it guides the search without misleading it.
 */
export function reachable(moves: Moves): ReadonlyMap<string, number> {
  const costs = new Map<string, number>();
  for (let changed = true, round = 0; changed && round <= moves.size; round++) {
    changed = false;
    for (const move of moves.values()) {
      const total = costOf(move, costs);
      if (total === Number.POSITIVE_INFINITY) continue;
      for (const type of move.skill.produces) {
        if (total >= (costs.get(type) ?? Number.POSITIVE_INFINITY)) continue;
        costs.set(type, total);
        changed = true;
      }
    }
  }
  return costs;
}

/** Least cost of a skill with all it needs; infinite when something it needs cannot be had. */
export const costOf = ({ filling, cost }: Move, costs: ReadonlyMap<string, number>): number =>
  filling.open.reduce((most, type) => Math.max(most, cost + (costs.get(type) ?? Number.POSITIVE_INFINITY)), cost);

/** What is missing at the root of every type of `goals` that cannot be had. */
export function unmetNeeds(moves: Moves, goals: readonly UnmetNeed[]): UnmetNeed[] {
  const costs = reachable(moves);
  const seen = new Set<string>();
  const unmet: UnmetNeed[] = [];
  const queue = goals.filter(({ what }) => !costs.has(what));
  for (let need = queue.shift(); need !== undefined && unmet.length < MOST_UNMET; need = queue.shift()) {
    if (seen.has(need.what)) continue;
    seen.add(need.what);
    const { what } = need;
    const makers = [...moves.values()].filter(({ skill }) => skill.produces.includes(what));
    if (makers.length === 0) unmet.push(need);
    for (const { skill, filling } of makers) {
      for (const type of filling.open) if (!costs.has(type)) queue.push({ what: type, needed_by: skill.name });
    }
  }
  return unmet.length > 0 ? unmet : goals.filter(({ what }) => !costs.has(what)).slice(0, MOST_UNMET);
}
