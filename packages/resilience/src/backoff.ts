/** Exponential backoff with jitter, in ms; `leastShare` of each step is always waited, 0 when left out. */
export type Backoff = { readonly baseMs: number; readonly capMs: number; readonly leastShare?: number | undefined };

/** Backoff of ordinary calls. */
export const defaultBackoff: Backoff = { baseMs: 50, capMs: 2_000 };
/** For model providers, which need longer. */
export const modelBackoff: Backoff = { baseMs: 500, capMs: 20_000 };
/** The documented profile `seed`: a second doubling to five, between half and all of it. */
export const seedBackoff: Backoff = { baseMs: 1_000, capMs: 5_000, leastShare: 0.5 };

const HINT_SLACK_MS = 5_000;

/**
 * Wait after the `n`-th failed attempt.
 *
 * @param n attempts made, ≥ 1
 * @param r one draw in [0, 1)
 * @returns whole ms in [leastShare·s, s], s = min(cap, base·2^(n−1))
 * @source Marc Brooker, "Exponential Backoff And Jitter" (2015), full jitter
 */
export function backoffMs({ baseMs, capMs, leastShare = 0 }: Backoff, n: number, r: number): number {
  return Math.floor((leastShare + (1 - leastShare) * r) * Math.min(capMs, baseMs * 2 ** (n - 1)));
}

/** Honours a server's `retry_after_ms` within [d, d + 5 s]. */
export function hintedMs(d: number, hintMs: number | undefined): number {
  return hintMs === undefined ? d : Math.min(Math.max(hintMs, d), d + HINT_SLACK_MS);
}
