const KEPT = 100;
const KNOWN_FROM = 10;
const UNKNOWN_MS = 2;

/** The time a call takes beside the work: the least of the last 100 values of round trip less reported work. */
export class Overhead {
  readonly #ring = new Float64Array(KEPT);
  #seen = 0;

  /** Adds one measured call. */
  add(roundTripMs: number, workMs: number): void {
    this.#ring[this.#seen % KEPT] = Math.max(0, roundTripMs - workMs);
    this.#seen += 1;
  }

  /** In ms; 2 until ten values are known. */
  ms(): number {
    if (this.#seen < KNOWN_FROM) return UNKNOWN_MS;
    return Math.min(...this.#ring.subarray(0, Math.min(this.#seen, KEPT)));
  }
}
