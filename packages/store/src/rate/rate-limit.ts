/** A rate that all processes share. */
export interface RateLimit {
  /**
   * Takes `n` tokens, all or none. They are fetched some at a time, so most calls ask nobody, and no process ever holds
   * more unspent than one chunk, or the largest `n` if that is more. Clocks that differ by δ seconds let δ × `perSecond`
   * through once.
   *
   * @param n whole tokens, 1 to `burst`
   * @throws StoreError `invalid_value` for other numbers, which would never be granted
   */
  take(n?: number): Promise<Taken>;
}

/** The answer; `degraded` when the shared count is out of reach and this process kept to its own part of the rate. */
export type Taken =
  | { readonly ok: true; readonly degraded?: true }
  | { readonly ok: false; readonly retryAfterMs: number; readonly degraded?: true };

/** What is allowed, to all processes together. */
export type RateOptions = {
  /** Tokens per second, 0.001 to 100,000. */
  readonly perSecond: number;
  /** Tokens that may be taken at once after a pause, 1 to 100,000. */
  readonly burst: number;
  /** A process fetches what this many ms allow at a time: 500. */
  readonly chunkMs?: number;
  /** Processes that share the rate, for the time when they cannot count together: 1. */
  readonly sharers?: () => number;
};
