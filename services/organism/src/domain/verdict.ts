import type { KillKind, PastRun, RunEnd } from '@seedcore/contracts';
import { isMeshErrorCode, meshErrors } from '@seedcore/protocol';
import { endOfKill, type Kill } from './kill.ts';
import type { Emitted, Remembered, SkillEnd, StopKind } from './skill-end.ts';
import type { BreakerEnd } from './specialty-breaker.ts';

/** What one run of a skill means for its task. */
export type Verdict =
  | {
      readonly is: 'done';
      readonly output: unknown;
      readonly degraded: string | undefined;
      readonly quality?: number | undefined;
      readonly emitted?: readonly Emitted[] | undefined;
      readonly remembered?: readonly Remembered[] | undefined;
    }
  /** An answer that no other run would change. */
  | {
      readonly is: 'failed';
      readonly code: string;
      readonly message: string;
      readonly data: unknown;
      readonly kind?: KillKind;
    }
  /** Worth another run. */
  | {
      readonly is: 'again';
      readonly code: string;
      readonly message: string;
      readonly leastMs: number;
      readonly kind?: KillKind;
    }
  /** Somebody else decided; nothing is to be done. */
  | { readonly is: 'stopped'; readonly kind: StopKind };

/** What follows from a run that ended by itself, or because somebody told it to. */
export function verdictOf(end: SkillEnd, stop: StopKind | undefined): Verdict {
  switch (end.end) {
    case 'ok':
      return {
        is: 'done',
        output: end.output,
        degraded: end.degraded,
        ...(end.quality === undefined ? {} : { quality: end.quality }),
        ...(end.emitted === undefined ? {} : { emitted: end.emitted }),
        ...(end.remembered === undefined ? {} : { remembered: end.remembered }),
      };
    case 'failed':
      return { is: 'failed', code: end.code, message: end.message, data: end.data };
    case 'defect':
      return end.retryable
        ? { is: 'again', code: end.code, message: end.message, leastMs: end.retryAfterMs ?? 0 }
        : { is: 'failed', code: end.code, message: end.message, data: undefined };
    case 'let_go':
      return { is: 'stopped', kind: end.as === 'lost' ? 'fenced' : 'drain' };
    case 'stopped':
      return { is: 'stopped', kind: stop ?? 'cancel' };
  }
}

/** What follows from a run that was ended by whoever watches it. */
export function killedVerdict({ kind, reason, respawn }: Pick<Kill, 'kind' | 'reason' | 'respawn'>): Verdict {
  const why = { code: endOfKill(kind), message: reason, kind };
  return respawn ? { is: 'again', ...why, leastMs: 0 } : { is: 'failed', ...why, data: undefined };
}

/** The end of a run as history shows it. */
export function runEndOf(verdict: Verdict): RunEnd {
  if (verdict.is === 'done') return 'ok';
  if (verdict.is === 'stopped') return STOPPED[verdict.kind] ?? 'cancelled';
  return verdict.kind === undefined ? 'error' : endOfKill(verdict.kind);
}

/** One that was fenced is another's by now: what it came to stands in the record. */
const STOPPED: Partial<Record<StopKind, RunEnd>> = { drain: 'handed_back', deadline: 'timeout', fenced: 'lost' };

/**
 * What a run says about its skill: an answer, also one that says no, is good; being stopped by others says nothing, nor
 * does another service that is away, which its own breaker is for.
 */
export function breakerEndOf(verdict: Verdict): BreakerEnd {
  if (verdict.is === 'done') return 'good';
  if (verdict.is === 'stopped' || verdict.kind === 'manual') return 'neither';
  if (verdict.is === 'again' && verdict.kind === undefined && isAway(verdict.code)) return 'neither';
  return verdict.is === 'failed' && verdict.kind === undefined ? 'good' : 'bad';
}

const isAway = (code: string): boolean => isMeshErrorCode(code) && meshErrors[code].kind !== 'defect';

/** A run as a line of the history of its task. */
export function pastRun(attempt: number, verdict: Verdict, ms: number): PastRun {
  const line = { attempt, outcome: runEndOf(verdict), ms: Math.round(ms) };
  if (!('message' in verdict)) return line;
  const kind = verdict.kind === undefined ? {} : { kind: verdict.kind };
  return { ...line, ...kind, reason: `${verdict.code}: ${verdict.message}`.slice(0, 400) };
}
