import { canonicalJson, type Json, sha256 } from '@seedcore/protocol';

/** Longest name of a step, in characters. */
const MAX_STEP = 40;

/**
 * What keeps the steps of a called skill apart from its caller's: made of what is called and with what, so that a later
 * attempt finds them again, whatever else it does in between.
 *
 * @param times how often the caller has called the same with the same before
 */
export const innerScope = (
  outer: string,
  call: { readonly skill: string; readonly input: Json },
  times: number,
): string => `x${sha256(canonicalJson([outer, call.skill, call.input, times])).slice(0, 8)}`;

/** The name of a step within a scope, in at most 40 characters. */
export function scopedName(scope: string, name: string): string {
  if (scope === '') return name;
  const whole = `${scope}-${name}`;
  return whole.length <= MAX_STEP ? whole : `${scope}-${sha256(name).slice(0, 20)}`;
}
