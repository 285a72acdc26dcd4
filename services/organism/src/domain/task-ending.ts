import type { Outcome } from '@seedcore/contracts';

/** What the end of a run means for its task; `open`: perhaps another run follows. */
export type RunEnding = 'completed' | 'failed' | 'open';

/** What an announced outcome means for its task: a run that was handed over is told of like one that was cancelled. */
export function endingOf({ state, error }: Pick<Outcome, 'state' | 'error'>): RunEnding {
  if (state === 'succeeded') return 'completed';
  return state === 'cancelled' || (state === 'failed' && error?.retryable === true) ? 'open' : 'failed';
}
