/** The longest budget a request may carry, in ms. */
export const MAX_BUDGET_MS = 600_000;

/**
 * Budget to write into a request: what is left, less the time the way takes.
 *
 * @param leftMs time left to the caller
 * @param overheadMs round trip without work, see {@link Overhead}
 * @returns whole ms; below 1 the call must not be sent
 */
export function sendBudget(leftMs: number, overheadMs: number): number {
  return Math.floor(leftMs - Math.max(0, Math.min(overheadMs, 0.1 * leftMs, 50)));
}

/** The receiver's own deadline on its own clock: arrival plus budget, less the lag of its event loop. */
export function receiveDeadline(arrivedAt: number, budgetMs: number, lagMs: number): number {
  return arrivedAt + Math.min(budgetMs, MAX_BUDGET_MS) - lagMs;
}

/**
 * Budget of one attempt: its share of what is left, more when the target is known to need it, all while unknown.
 *
 * @returns whole ms
 */
export function attemptBudget(leftMs: number, attemptsLeft: number, p99Ms: number | undefined): number {
  if (p99Ms === undefined || attemptsLeft <= 1) return Math.floor(leftMs);
  return Math.floor(Math.max(leftMs / attemptsLeft, Math.min(p99Ms, leftMs)));
}
