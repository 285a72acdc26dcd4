const LEAST_OPEN = 2;

/**
 * Whether a target is suspect: at least two callers, and at least half of those with traffic, have an open breaker.
 *
 * @param callers callers with traffic to the target
 * @param open those whose breaker is not closed
 */
export function suspectBy(callers: number, open: number): boolean {
  return open >= LEAST_OPEN && open >= callers / 2;
}
