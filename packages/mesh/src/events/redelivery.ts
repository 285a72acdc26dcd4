/** Deliveries of an event to a group; after the last that fails it is a dead letter. */
export const MAX_DELIVERIES = 5;
/** Longest pause between two deliveries, in ms: the broker holds the message meanwhile, and not for longer. */
export const MAX_AGAIN_MS = 60_000;
const LEAST_MS = 200;
const FIRST_WINDOW_MS = 2_000;
const GROWTH = 4;

/**
 * Pause before the next delivery after the `deliveries`th failed: 200 ms + U(0, min(60 s, 2 s × 4^(deliveries − 1))), no less
 * than the failure asked for; the delays of durable work, because a dependency that is away stays away for a while.
 *
 * @param deliveries ≥ 1
 * @param r one draw in [0, 1)
 * @param wantedMs what the failure itself asked for
 * @returns ms in [200, 60,000]
 */
export function redeliveryDelayMs(deliveries: number, r: number, wantedMs = 0): number {
  const window = Math.min(MAX_AGAIN_MS, FIRST_WINDOW_MS * GROWTH ** (deliveries - 1));
  return Math.round(Math.min(MAX_AGAIN_MS, Math.max(LEAST_MS + r * window, wantedMs)));
}
