import type { RoleShares } from '@seedcore/contracts';
import { afterRun, counts, type Finished, type Standing } from '../standing.ts';
import { embeddingOf } from './agent-embedding.ts';
import { numbersOf, vectorOf } from './float-vector.ts';
import { grownOf, lifecycleAfter } from './lifecycle.ts';
import { noRuns, type RecentRuns, topShare, withRun } from './recent-runs.ts';
import { rolesAfter } from './roles.ts';

/** Most skills of an agent that are told apart. */
const MOST_SKILLS = 64;
/** Share of the past that stays in the level of a skill. */
const KEEP = 0.9;

/** What an agent began with. */
export type Origin = {
  /** How it divided itself between the roles. */
  readonly roles: RoleShares | null;
  /** In ms since 1970; undefined when that is not known. */
  readonly bornMs?: number;
};

/** An agent on its way: how it stands, and what of its last runs nobody else remembers. */
export type Growing = { readonly standing: Standing; readonly recent: RecentRuns };

/**
 * An agent after one more run: capability and counters, role shares, the level of the skill, what it has become, and h.
 *
 * @returns the same for an end that says nothing about the agent
 */
export function grow({ standing, recent }: Growing, run: Finished, origin: Origin): Growing {
  if (!counts(run.end)) return { standing, recent };
  const { skill, role, terms, ms, atMs } = run;
  const runs = skill === undefined ? recent : withRun(recent, { skill, ms: ms ?? 0 });
  const fared = afterRun(standing, run);
  const p = standing.p ?? origin.roles;
  const judged = { c: fared.c.value, n: fared.c.n, share: topShare(runs, fared.c.n) };
  const next: Standing = {
    ...fared,
    p: p !== null && role !== undefined && run.end === 'ok' ? rolesAfter(p, role) : p,
    skills: skill === undefined ? standing.skills : levelsAfter(standing.skills, skill, run.end === 'ok'),
    lifecycle: lifecycleAfter(grownOf(standing.lifecycle), judged),
  };
  if (terms === undefined) return { standing: next, recent: runs };
  const before = standing.h === null ? undefined : numbersOf(standing.h);
  const ageMs = atMs === undefined || origin.bornMs === undefined ? 0 : atMs - origin.bornMs;
  const known = { ...next, peers: {}, mem_util: null, before, terms, recent: runs, ageMs };
  return { standing: { ...next, h: vectorOf(embeddingOf(known)) }, recent: runs };
}

/** An agent of which nothing is known but where it stands. */
export const growing = (standing: Standing): Growing => ({ standing, recent: noRuns });

/** Success in each skill as a moving mean, the first run counting in full; beyond 64 skills no further ones. */
function levelsAfter(levels: Standing['skills'], skill: string, success: boolean): Standing['skills'] {
  const before = levels[skill];
  if (before === undefined && Object.keys(levels).length >= MOST_SKILLS) return levels;
  const now = success ? 1 : 0;
  return { ...levels, [skill]: before === undefined ? now : KEEP * before + (1 - KEEP) * now };
}
