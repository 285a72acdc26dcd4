import type { Outcome, PastRun, RunUsage } from '@seedcore/contracts';

/** Who ran a task, and which run of it this is. */
export type RunFacts = Pick<Outcome, 'task_id' | 'attempt' | 'epoch' | 'organ_id' | 'agent_id' | 'skill' | 'trace_id'>;

/** How it ended. */
export type Ending = Pick<Outcome, 'state'> & Partial<Pick<Outcome, 'result' | 'error' | 'quality'>>;

/** What skills without a model cost: the time they took; nothing was metered. */
export const usageOf = (busyMs: number): RunUsage => ({
  busy_ms: Math.round(busyMs),
  llm_calls: 0,
  tokens_in: 0,
  tokens_out: 0,
  money_micros: 0,
  metered: false,
});

/**
 * How a task ended, with what was tried before.
 *
 * @param history runs before the last, oldest first; the newest 20 are kept
 * @param busyMs time of all runs
 */
export function buildOutcome(
  facts: RunFacts,
  ending: Ending,
  past: { history: readonly PastRun[]; busyMs: number },
): Outcome {
  return { ...facts, quality: null, ...ending, history: past.history.slice(-20), usage: usageOf(past.busyMs) };
}
