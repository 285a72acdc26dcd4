import { isDeepStrictEqual } from 'node:util';

type Config = Readonly<Record<string, unknown>>;

/** Settings that can be widened at any time, but never changed back without losing what is stored. */
const FIXED = new Set([
  'retention',
  'storage',
  'deny_delete',
  'max_consumers',
  'allow_rollup_hdrs',
  'allow_msg_counter',
]);
/** Limits: lowering one deletes what lies beyond it. */
const LIMITS = new Set(['max_age', 'max_msgs_per_subject', 'max_msg_size', 'max_bytes', 'num_replicas']);

/** What it takes to make a stream what is wanted. */
export type Difference = {
  readonly changed: readonly string[];
  /** Changes that would destroy something, in words. */
  readonly destructive: readonly string[];
};

/** Compares the settings we decide; whatever else the broker reports is its own. */
export function difference(have: Config, want: Config): Difference {
  const changed = Object.keys(want).filter((field) => !isDeepStrictEqual(plain(have[field]), plain(want[field])));
  const destructive = changed
    .filter((field) => destroys(field, have[field], want[field]))
    .map((field) => `${field} is ${JSON.stringify(have[field])}, wanted ${JSON.stringify(want[field])}`);
  return { changed, destructive };
}

function destroys(field: string, have: unknown, want: unknown): boolean {
  if (FIXED.has(field)) return true;
  if (LIMITS.has(field)) return lowered(Number(have), Number(want));
  if (field !== 'subjects' || !Array.isArray(have) || !Array.isArray(want)) return false;
  return have.some((subject) => !want.includes(subject));
}

/** 0 and -1 stand for "no limit". */
const lowered = (have: number, want: number): boolean => want > 0 && (have <= 0 || want < have);

/** The broker leaves out what is at its default. */
const plain = (value: unknown): unknown => (value === undefined || value === false || value === 0 ? 'default' : value);
