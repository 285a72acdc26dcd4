/** Runs a task may have in all. */
export const MAX_RUNS_OF_TASK = 4;
/** Least pause before another run, in ms. */
const FLOOR_MS = 200;
/** Upper ends of the pauses before the second, third and fourth run, in ms. */
export const RESPAWN_WINDOWS_MS = [1000, 2000, 4000] as const;

/**
 * Pause before the run after `attempt` failed ones: 200 ms and a draw from the window of that attempt.
 *
 * @param draw uniform in [0, 1)
 * @param leastMs what the failed run asked for
 */
export function respawnDelayMs(attempt: number, draw: number, leastMs = 0): number {
  const window = RESPAWN_WINDOWS_MS[Math.min(attempt, RESPAWN_WINDOWS_MS.length) - 1] ?? 0;
  return Math.max(leastMs, FLOOR_MS + draw * window);
}
