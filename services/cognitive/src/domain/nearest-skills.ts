import type { Skill } from '@seedcore/contracts';
import { type Bag, bagOf, bm25 } from '@seedcore/retrieval';

const MOST_NEAREST = 5;

const bagOfSkill = (skill: Skill): Bag => bagOf([skill.name, skill.doc, ...skill.produces, ...skill.effects].join(' '));

/** A skill and how much of a description its words cover: 1 = as well as the description itself. */
export type Fit = { readonly skill: Skill; readonly fit: number };

/**
 * Skills by how well their names and docs fit `description`, best first, then by name; those that share no word are
 * absent. The fit is the BM25 score among these skills, divided by the one the description itself would have.
 */
export function fittingSkills(description: string, skills: readonly Skill[]): Fit[] {
  const query = bagOf(description);
  const known = skills.map((skill) => ({ skill, bag: bagOfSkill(skill) }));
  const scoreOf = bm25(
    query,
    known.map(({ bag }) => bag),
  );
  const own = scoreOf(query);
  return known
    .map(({ skill, bag }) => ({ skill, fit: own === 0 ? 0 : scoreOf(bag) / own }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || (a.skill.name < b.skill.name ? -1 : 1));
}

/** Names of the five nearest; by name where none shares a word. */
export function nearestSkills(description: string, skills: readonly Skill[]): string[] {
  const near = fittingSkills(description, skills).map(({ skill }) => skill.name);
  const others = skills.map(({ name }) => name).filter((name) => !near.includes(name));
  return [...near, ...others.sort()].slice(0, MOST_NEAREST);
}
