import { type MeshError, type MeshErrorCode, meshErrors } from '@seedcore/protocol';

/** What one attempt says about its target. */
export type Outcome = 'answer' | 'slow' | 'hard' | 'soft' | 'void';

/** What was known when the attempt ended. */
export type AttemptEnd = {
  readonly elapsedMs: number;
  readonly budgetMs: number;
  /** The target's p90; undefined until fifty samples exist. */
  readonly p90Ms: number | undefined;
  /** The endpoint's declared deadline. */
  readonly deadlineMs: number;
};

const SLOW_SHARE = 0.9;

/** The outcome of an attempt that was answered, by a value or by a declared failure. */
export function answerOutcome({ elapsedMs, budgetMs }: Pick<AttemptEnd, 'elapsedMs' | 'budgetMs'>): Outcome {
  return elapsedMs > SLOW_SHARE * budgetMs ? 'slow' : 'answer';
}

/** The outcome of an attempt that ended with a MeshError; what never left this process says nothing (S4). */
export function errorOutcome(error: Pick<MeshError, 'code' | 'sent'>, end: Omit<AttemptEnd, 'elapsedMs'>): Outcome {
  if (!error.sent) return 'void';
  if (isImpatience(error.code, end)) return 'void';
  return codeOutcome(error.code);
}

const BUSY: ReadonlySet<MeshErrorCode> = new Set(['overloaded', 'rate_limited']);

/**
 * What the breaker of the endpoint is told of an error: whoever says that it is busy is alive. The throttle slows down
 * to what it takes; a breaker that opened for it would refuse the critical calls which are still served.
 */
export const endpointOutcome = (outcome: Outcome, code: MeshErrorCode): Outcome =>
  outcome === 'soft' && BUSY.has(code) ? 'void' : outcome;

/** The column `breaker` of the error table. */
export const codeOutcome = (code: MeshErrorCode): 'void' | 'soft' | 'hard' => meshErrors[code].breaker;

/** A timeout of an attempt that was given less than the target usually needs opens nothing for others (S5). */
function isImpatience(code: MeshErrorCode, end: Omit<AttemptEnd, 'elapsedMs'>): boolean {
  return meshErrors[code].kind === 'maybe_run' && end.budgetMs < (end.p90Ms ?? end.deadlineMs / 2);
}
