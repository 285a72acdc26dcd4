/** Exponential backoff with full jitter, in ms. */
export type Backoff = { readonly baseMs: number; readonly capMs: number };

/** Backoff of ordinary calls. */
export const defaultBackoff: Backoff = { baseMs: 50, capMs: 2_000 };

const HINT_SLACK_MS = 5_000;

/**
 * Wait after the `n`-th failed attempt.
 *
 * @param n attempts made, ≥ 1
 * @param r one draw in [0, 1)
 * @returns whole ms in [0, min(cap, base·2^(n−1))]
 * @source Marc Brooker, "Exponential Backoff And Jitter" (2015), full jitter
 */
export function backoffMs({ baseMs, capMs }: Backoff, n: number, r: number): number {
  return Math.floor(r * Math.min(capMs, baseMs * 2 ** (n - 1)));
}

/** Honours a server's `retry_after_ms` within [d, d + 5 s]. */
export function hintedMs(d: number, hintMs: number | undefined): number {
  return hintMs === undefined ? d : Math.min(Math.max(hintMs, d), d + HINT_SLACK_MS);
}
