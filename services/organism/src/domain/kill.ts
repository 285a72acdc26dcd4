import type { KillKind, PadScore } from '@seedcore/contracts';

/** A verdict: this run is to end, why, and what shall follow. */
export type Kill = {
  readonly kind: KillKind;
  /** In words, at most 200 characters. */
  readonly reason: string;
  /** Who judged: `sweeper`, `repeats`, `kill_agent`, or a manager. */
  readonly by: string;
  /** Time its skill has to let go, in ms; left out: what the skill asked for. */
  readonly graceMs?: number;
  /** False: the task gets no further run. */
  readonly respawn: boolean;
  /** Numbers of the segments the verdict rests on, at most ten. */
  readonly evidence?: readonly number[];
  /** Epoch of the manager that judged. */
  readonly mgrEpoch?: number;
  /** The score of the output it was judged by. */
  readonly pad?: PadOfKill;
};

/** Pleasure, arousal and dominance, by one of the two ways to tell them. */
export type PadOfKill = PadScore & { readonly version: 1 | 2 };

/** Largest correction, in bytes of JSON: what a task record takes. */
const MAX_CORRECTION_BYTES = 2048;
/** Most of the last segments repeated in a correction. */
const DIGEST_SEGMENTS = 5;

/** What the next run is told about the one that was ended. */
export type Correction = {
  readonly kind: KillKind;
  readonly reason: string;
  readonly pad?: PadOfKill;
  readonly last_segments_digest: string;
};

/**
 * What the next run is told: why the one before it was ended, and what it said last. At most 2 KiB; of the segments the
 * oldest give way.
 */
export function correctionOf(
  { kind, reason, pad }: Pick<Kill, 'kind' | 'reason' | 'pad'>,
  segments: readonly string[],
): Correction {
  const about = { kind, reason: reason.slice(0, 200), ...(pad === undefined ? {} : { pad }) };
  for (let kept = segments.slice(-DIGEST_SEGMENTS); kept.length > 0; kept = kept.slice(1)) {
    const correction = { ...about, last_segments_digest: kept.join(' | ') };
    if (Buffer.byteLength(JSON.stringify(correction)) <= MAX_CORRECTION_BYTES) return correction;
  }
  return { ...about, last_segments_digest: '' };
}

/** The signal of a skill says `timeout` when its time was over, else the kind of the verdict. */
export const endOfKill = (kind: KillKind): 'timeout' | 'killed' => (kind === 'run' ? 'timeout' : 'killed');
