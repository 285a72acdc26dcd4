const KEPT = 100;
const KNOWN_FROM = 10;
const UNKNOWN_MS = 2;

/** The time a call takes beside the work: the least of the last 100 values of round trip less reported work. */
export class Overhead {
  readonly #ring = new Float64Array(KEPT);
  #seen = 0;
  #least = Number.POSITIVE_INFINITY;

  /** Adds one measured call. */
  add(roundTripMs: number, workMs: number): void {
    const at = this.#seen % KEPT;
    const overwritten = this.#ring[at];
    const value = Math.max(0, roundTripMs - workMs);
    this.#ring[at] = value;
    this.#seen += 1;
    if (value <= this.#least) this.#least = value;
    else if (overwritten === this.#least) this.#findLeast();
  }

  /** In ms; 2 until ten values are known. */
  ms(): number {
    return this.#seen < KNOWN_FROM ? UNKNOWN_MS : this.#least;
  }

  #findLeast(): void {
    this.#least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < Math.min(this.#seen, KEPT); i++) this.#least = Math.min(this.#least, this.#ring[i] ?? 0);
  }
}
