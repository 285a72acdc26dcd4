import type { PadDiagnosis } from '@seedcore/contracts';

/** What a window of output scores, each in [0, 1]: how near to its goal, how agitated, how sure of itself. */
export type PadScore = { readonly p: number; readonly a: number; readonly d: number };

/** Where output stops being healthy: `p` and `d` have to stay above, `a` below; each in [0, 1]. */
export type PadLimits = PadScore;

/** Limits of an organ that names none of its own. */
export const PAD_LIMITS: PadLimits = { p: 0.2, a: 0.8, d: 0.3 };
/** Age from which on a run is judged by the whole of its limits, in ms. */
export const FULL_LIMITS_MS = 30_000;

/** The limits a run of this age is judged by: none at its beginning, the whole ones from 30 s on, in a straight line between. */
export function limitsAt({ p, a, d }: PadLimits, ageMs: number): PadLimits {
  const r = Math.min(1, Math.max(0, ageMs) / FULL_LIMITS_MS);
  return { p: p * r, a: 1 - (1 - a) * r, d: d * r };
}

/** What is wrong with a score, the first of three; undefined when nothing is. To be equal to a limit is to have reached it. */
export function diagnose(score: PadScore, limits: PadLimits): PadDiagnosis | undefined {
  if (score.p <= limits.p) return 'divergence';
  if (score.a >= limits.a) return 'stall';
  return score.d <= limits.d ? 'uncertainty' : undefined;
}
