const LEAST_OPEN = 2;

/**
 * Whether a target is suspect: at least two callers, and at least half of those with traffic, have an open breaker.
 * It lowers thresholds and opens nothing (S30), see {@link Breaker.suspect}.
 *
 * @param callers callers with traffic to the target
 * @param open those among them whose breaker is not closed
 */
export function suspectBy(callers: number, open: number): boolean {
  return open >= LEAST_OPEN && open >= callers / 2;
}
