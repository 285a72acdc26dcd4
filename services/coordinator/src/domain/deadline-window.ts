const SECOND_MS = 1_000;
const WEEK_MS = 7 * 24 * 3_600 * SECOND_MS;

/** What is wrong with a deadline, or undefined: it lies 1 s to 7 d ahead. */
export function deadlineProblem(deadlineAt: string | undefined, nowMs: number): string | undefined {
  if (deadlineAt === undefined) return undefined;
  const aheadMs = Date.parse(deadlineAt) - nowMs;
  return aheadMs >= SECOND_MS && aheadMs <= WEEK_MS ? undefined : 'must lie 1 s to 7 d ahead';
}
