import type { Random } from '@seedcore/protocol';
import type { RetryPolicy } from '../worker.ts';

/** Longest pause between attempts, in ms. */
export const MAX_DELAY_MS = 600_000;
const MIN_DELAY_MS = 200;

/** The retry policy of a queue that names none: windows of 2 s growing fourfold. */
export const defaultRetry: RetryPolicy = { attempts: 5, windowsMs: [2000, 8000, 32_000, 128_000] };

/** Pauses while something a task needs is away: long enough for it to come back, whatever the queue allows otherwise. */
export const UNSERVED_WINDOWS_MS: readonly number[] = [1000, 2000, 4000, 8000, 15_000];

/**
 * Pause before the attempt that follows the `spent`th failed one: 200 ms + U(0, window), no less than what was asked for.
 *
 * @param spent failed attempts so far, ≥ 1
 * @returns ms in [200, 600,000]
 */
export function retryDelayMs(
  spent: number,
  { windowsMs }: Pick<RetryPolicy, 'windowsMs'>,
  { random, retryAfterMs = 0 }: { readonly random: Random; readonly retryAfterMs?: number | undefined },
): number {
  const window = windowsMs[Math.min(spent, windowsMs.length) - 1] ?? 0;
  const delay = MIN_DELAY_MS + random.next() * window;
  return Math.round(Math.min(MAX_DELAY_MS, Math.max(delay, retryAfterMs)));
}
