const FULL_AFTER_MS = 1_000;
const FULL_SAMPLES = 50;
const LONGEST_MS = 30_000;
const FEWEST_SAMPLES = 10;
/** Beyond so many in one window the newest replace the oldest. */
const KEPT = 1_024;
const SHORTEST_MS = 0.001;

/**
 * Collects durations until they say something: for a second when fifty come, for half a minute when ten do.
 * Fewer are dropped. Owns no timer: a window is closed by the first sample after its time.
 */
export class SampleWindow {
  readonly #samples = new Float64Array(KEPT);
  #seen = 0;
  #startedAt = 0;

  /** Adds one duration; the p90 in ms of a window that closes with it, undefined while none does. */
  add(ms: number, now: number): number | undefined {
    if (this.#seen > 0 && now - this.#startedAt >= LONGEST_MS) return this.#expire(ms, now);
    this.#keep(ms, now);
    return this.#seen >= FULL_SAMPLES && now - this.#startedAt >= FULL_AFTER_MS ? this.#close() : undefined;
  }

  #expire(ms: number, now: number): number | undefined {
    const p90Ms = this.#seen >= FEWEST_SAMPLES ? this.#close() : undefined;
    this.#seen = 0;
    this.#keep(ms, now);
    return p90Ms;
  }

  #keep(ms: number, now: number): void {
    if (this.#seen === 0) this.#startedAt = now;
    this.#samples[this.#seen % KEPT] = Math.max(SHORTEST_MS, ms);
    this.#seen += 1;
  }

  #close(): number {
    const sorted = this.#samples.subarray(0, Math.min(this.#seen, KEPT)).sort();
    this.#seen = 0;
    return sorted[Math.ceil(0.9 * sorted.length) - 1] ?? SHORTEST_MS;
  }
}
