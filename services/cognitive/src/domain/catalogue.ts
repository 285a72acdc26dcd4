import type { Skill } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';
import { betaMean, betaOf } from './beta-distribution.ts';
import { clamp } from './figure.ts';

/** What planning may use: skills in name order, and what is known of their chances and times. */
export type Catalogue = {
  readonly skills: readonly Skill[];
  /** Names that exist but must not be used. */
  readonly forbidden: ReadonlySet<string>;
  /** First 12 hex digits over all skills: equal for equal catalogues. */
  readonly hash: string;
  get(name: string): Skill | undefined;
  /** Expected success of a skill, in (0, 1). */
  successOf(skill: Skill): number;
};

/** Time of a skill nobody has measured, in ms. */
const UNMEASURED_MS = 5000;
/** Time limit of a step whose skill nobody has measured, in ms. */
const UNMEASURED_TIMEOUT_MS = 30_000;
/** Below this many runs a declared capability stands in for the measured success. */
const ENOUGH_RUNS = 5;

/** A catalogue out of skills whose names are unique. */
export function catalogueOf(
  skills: readonly Skill[],
  more: { forbidden: readonly string[]; capabilities: Readonly<Record<string, number>> },
): Catalogue {
  const sorted = [...skills].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byName = new Map(sorted.map((skill) => [skill.name, skill]));
  const forbidden = new Set(more.forbidden);
  const capabilities = new Map(Object.entries(more.capabilities));
  return {
    skills: sorted.filter((skill) => !forbidden.has(skill.name)),
    forbidden,
    hash: sha256(canonicalJson(sorted)).slice(0, 12),
    get: (name) => byName.get(name),
    successOf: (skill) => {
      const declared = skill.successes + skill.failures < ENOUGH_RUNS ? capabilities.get(skill.name) : undefined;
      return declared ?? betaMean(betaOf(skill.successes, skill.failures));
    },
  };
}

/** Expected time of one run in ms. */
export const typicalMs = (skill: Skill): number => skill.p50_ms ?? UNMEASURED_MS;

/** Time limit of a step: three times the 95 % time, 1 s to 600 s; 30 s for a skill nobody has measured. */
export const timeoutMs = (skill: Skill): number =>
  skill.p95_ms === undefined ? UNMEASURED_TIMEOUT_MS : Math.round(clamp(3 * skill.p95_ms, 1000, 600_000));
