import type { AgentFields, AgentPatch, RunEnd } from '@seedcore/contracts';
import type { Role } from './growth/roles.ts';

/** Share of the past that stays when a run is weighed in. */
const KEEP = 0.9;
/** Most quality marks remembered. */
const MAX_QUALITY = 20;

/** How an agent has fared: what state keeps of it. */
export type Standing = Pick<AgentFields, 'c' | 'counters' | 'quality' | 'h' | 'p' | 'skills' | 'lifecycle'>;

/** An agent nobody has tried yet; capability 0.5 is a prior, marked by n = 0. */
export const newStanding: Standing = {
  c: { value: 0.5, n: 0 },
  counters: { tasks: 0, ok: 0, failed: 0, memory_writes: 0, memory_hits: 0, salient: 0 },
  quality: [],
  h: null,
  p: null,
  skills: {},
  lifecycle: 'employed',
};

/** One finished run as it counts. */
export type Finished = {
  readonly end: RunEnd;
  readonly quality: number | null;
  readonly skill?: string;
  /** The role of the skill. */
  readonly role?: Role;
  /** Words of its task. */
  readonly terms?: readonly string[];
  /** How long it took. */
  readonly ms?: number;
  /** When it ended, in ms since 1970. */
  readonly atMs?: number;
};

/** True when a run says something about its agent: not when the caller, a drain or the death of a host ended it. */
export const counts = (end: RunEnd): boolean =>
  end === 'ok' || end === 'error' || end === 'killed' || end === 'timeout';

/**
 * The standing after one more run: c ← 0.9 c + 0.1 s, with quality q 0.9 c + 0.1 (0.6 s + 0.4 q); s is 1 for `ok`.
 *
 * @returns the same standing for an end that says nothing about the agent
 */
export function afterRun(standing: Standing, { end, quality }: Finished): Standing {
  if (!counts(end)) return standing;
  const success = end === 'ok' ? 1 : 0;
  const gained = quality === null ? success : 0.6 * success + 0.4 * quality;
  const { c, counters } = standing;
  return {
    ...standing,
    c: { value: KEEP * c.value + (1 - KEEP) * gained, n: c.n + 1 },
    counters: {
      ...counters,
      tasks: counters.tasks + 1,
      ok: counters.ok + success,
      failed: counters.failed + 1 - success,
    },
    quality: quality === null ? standing.quality : [...standing.quality, quality].slice(-MAX_QUALITY),
  };
}

/** The standing as a change of what state keeps; what nobody knows of the agent stays as it is there. */
export function patchOf({ h, p, quality, ...known }: Standing): AgentPatch {
  return {
    ...known,
    quality: [...quality],
    ...(h === null ? {} : { h }),
    ...(p === null ? {} : { p }),
  };
}
