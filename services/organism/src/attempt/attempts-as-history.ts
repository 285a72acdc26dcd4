import { killKind, type PastRun } from '@seedcore/contracts';
import { isRecord } from '@seedcore/protocol';
import type { Attempt } from '@seedcore/tasks';

/** The ended attempts of a durable task as the history of its outcome, oldest first. */
export function attemptsAsHistory(attempts: readonly Attempt[]): PastRun[] {
  return attempts.flatMap(({ n, outcome, error, started_at, ended_at }): PastRun[] => {
    // One that ended to wait is a part of the next.
    if (outcome === undefined || outcome === 'parked' || ended_at === undefined) return [];
    const ms = Math.max(0, Date.parse(ended_at) - Date.parse(started_at));
    return [
      {
        attempt: n,
        outcome,
        ms,
        ...kindOf(error?.details),
        ...(error === undefined ? {} : { reason: `${error.code}: ${error.message}`.slice(0, 400) }),
      },
    ];
  });
}

/** The kind of verdict a supervisor has left with the error of an attempt. */
function kindOf(details: unknown): Pick<PastRun, 'kind'> {
  const kind = killKind.safeParse(isRecord(details) ? details['kind'] : undefined);
  return kind.success ? { kind: kind.data } : {};
}
