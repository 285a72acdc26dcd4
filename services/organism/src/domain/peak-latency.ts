/** A peak and when it was last weighed, on the clock of this process. */
export type Peak = { readonly ms: number; readonly at: number };

/** Time constant with which a peak sinks, in ms. */
const SINKS_MS = 10_000;

/**
 * The peak after one more run: a slower one counts in full at once, faster ones draw it down with a time constant of 10 s.
 *
 * @param ms how long the run took, ≥ 0
 * @param now when it ended, in ms; not before the last one
 * @source "Peak EWMA" of Finagle's load balancer: cost ← ms if ms > cost, else cost·w + ms·(1 − w), w = e^(−Δt/τ)
 */
export function peakAfter(peak: Peak | undefined, ms: number, now: number): Peak {
  if (peak === undefined || ms >= peak.ms) return { ms, at: now };
  const weight = Math.exp(-(now - peak.at) / SINKS_MS);
  return { ms: peak.ms * weight + ms * (1 - weight), at: now };
}
