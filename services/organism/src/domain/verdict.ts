import type { PastRun, RunEnd } from '@seedcore/contracts';
import type { Emitted, SkillEnd, StopKind } from './skill-end.ts';

/** What one run of a skill means for its task. */
export type Verdict =
  | {
      readonly is: 'done';
      readonly output: unknown;
      readonly degraded: string | undefined;
      readonly quality?: number | undefined;
      readonly emitted?: readonly Emitted[] | undefined;
    }
  /** An answer that no other run would change. */
  | { readonly is: 'failed'; readonly code: string; readonly message: string; readonly data: unknown }
  /** Worth another run. */
  | { readonly is: 'again'; readonly code: string; readonly message: string; readonly leastMs: number }
  /** Somebody else decided; nothing is to be done. */
  | { readonly is: 'stopped'; readonly kind: StopKind };

/** One run as it ended. */
export type EndedRun = {
  readonly end: SkillEnd;
  /** Why its signal aborted; undefined when it did not. */
  readonly stop: StopKind | undefined;
  readonly ms: number;
  /** A run that outlived its own time is worth another one. */
  readonly respawn: boolean;
};

/** What follows from a run. */
export function verdictOf({ end, stop, ms, respawn }: EndedRun): Verdict {
  switch (end.end) {
    case 'ok':
      return {
        is: 'done',
        output: end.output,
        degraded: end.degraded,
        ...(end.quality === undefined ? {} : { quality: end.quality }),
        ...(end.emitted === undefined ? {} : { emitted: end.emitted }),
      };
    case 'failed':
      return { is: 'failed', code: end.code, message: end.message, data: end.data };
    case 'defect':
      return end.retryable
        ? { is: 'again', code: end.code, message: end.message, leastMs: end.retryAfterMs ?? 0 }
        : { is: 'failed', code: end.code, message: end.message, data: undefined };
    case 'stopped':
      if (stop !== 'timeout') return { is: 'stopped', kind: stop ?? 'cancel' };
      return timedOut(`stopped after ${Math.round(ms)} ms by ${end.by}`, respawn);
  }
}

const timedOut = (message: string, respawn: boolean): Verdict =>
  respawn
    ? { is: 'again', code: 'timeout', message, leastMs: 0 }
    : { is: 'failed', code: 'timeout', message, data: undefined };

/** The end of a run as history shows it. */
export function runEndOf(verdict: Verdict): RunEnd {
  if (verdict.is === 'done') return 'ok';
  if (verdict.is === 'stopped')
    return verdict.kind === 'drain' ? 'handed_back' : verdict.kind === 'deadline' ? 'timeout' : 'cancelled';
  return verdict.code === 'timeout' ? 'timeout' : 'error';
}

/** A run as a line of the history of its task. */
export function pastRun(attempt: number, verdict: Verdict, ms: number): PastRun {
  const line = { attempt, outcome: runEndOf(verdict), ms: Math.round(ms) };
  return 'message' in verdict ? { ...line, reason: `${verdict.code}: ${verdict.message}`.slice(0, 400) } : line;
}
