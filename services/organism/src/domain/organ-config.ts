import type { OrganRecord, organism } from '@seedcore/contracts';
import { type Input, nearest } from '@seedcore/protocol';

/** Most organs of a mesh. */
export const MAX_ORGANS = 200;

/** What may be set of an organ. */
export type OrganConfig = Input<typeof organism.endpoints.update_organ_config>['config'];
/** One setting that became another. */
export type ConfigChange = { readonly path: string; readonly from?: unknown; readonly to: unknown };
/** One setting that cannot be, and why. */
export type ConfigProblem = { readonly path: string; readonly problem: string };
/** An organ as it would be, and what is new of it; or everything that is wrong at once. */
export type Configured =
  | { readonly record: OrganRecord; readonly changed: readonly ConfigChange[] }
  | { readonly problems: readonly ConfigProblem[] };

/** What an organ is judged by beside its settings. */
export type ConfigWorld = {
  readonly organId: string;
  /** RFC 3339. */
  readonly now: string;
  /** Names of all skills there are. */
  readonly skills: readonly string[];
};

/** How an organ's agents explore, specialise and observe where nothing else is said. */
const PRIORS: Readonly<Record<OrganRecord['kind'], OrganRecord['role_prior']>> = {
  cognitive: { e: 0.3, s: 0.6, o: 0.1 },
  actuator: { e: 0.7, s: 0.2, o: 0.1 },
  utility: { e: 0.2, s: 0.3, o: 0.5 },
  graph: { e: 0.4, s: 0.4, o: 0.2 },
  fact: { e: 0.3, s: 0.5, o: 0.2 },
  resource: { e: 0.5, s: 0.3, o: 0.2 },
  custom: { e: 1 / 3, s: 1 / 3, o: 1 / 3 },
};
const SETTINGS = ['kind', 'desired', 'max_agents', 'skills', 'specialty', 'role_prior', 'pad'] as const;
/** How far shares may be from summing to 1. */
const SUM_TOLERANCE = 1e-6;

/** The organ after a change of its settings; a new one when there was none. */
export function configure(before: OrganRecord | undefined, config: OrganConfig, world: ConfigWorld): Configured {
  const base = before ?? newOrgan(config.kind ?? 'custom', world);
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const record: OrganRecord = { ...base, ...given, configured: true };
  const problems = problemsOf(record, world.skills);
  if (problems.length > 0) return { problems };
  const changed = SETTINGS.flatMap((path): ConfigChange[] => {
    const [from, to] = [before?.[path], record[path]];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [{ path, ...(from === undefined ? {} : { from }), to }];
  });
  return { record, changed };
}

function newOrgan(kind: OrganRecord['kind'], { organId, now }: ConfigWorld): OrganRecord {
  return {
    organ_id: organId,
    kind,
    state: 'ready',
    desired: 1,
    max_agents: 10,
    skills: [],
    specialty: null,
    role_prior: PRIORS[kind],
    created_at: now,
  };
}

function problemsOf(
  { desired, max_agents, skills, role_prior }: OrganRecord,
  known: readonly string[],
): ConfigProblem[] {
  const shares = Object.values(role_prior);
  const sum = shares.reduce((total, share) => total + share, 0);
  return [
    ...(desired > max_agents ? [{ path: 'desired', problem: `more than max_agents, which is ${max_agents}` }] : []),
    ...(skills.length === 0 ? [{ path: 'skills', problem: 'an organ needs at least one skill' }] : []),
    ...skills.flatMap((skill, i) =>
      known.includes(skill) ? [] : [{ path: `skills/${i}`, problem: unknownSkill(skill, known) }],
    ),
    ...(new Set(skills).size < skills.length ? [{ path: 'skills', problem: 'names a skill twice' }] : []),
    ...(Math.abs(sum - 1) > SUM_TOLERANCE || shares.some((share) => share < 0)
      ? [{ path: 'role_prior', problem: `shares must be at least 0 and sum to 1, not ${Number(sum.toFixed(6))}` }]
      : []),
  ];
}

function unknownSkill(skill: string, known: readonly string[]): string {
  const meant = nearest(skill, known);
  return `no skill is called ${skill}${meant === undefined ? '' : `; ${meant} is`}`;
}
