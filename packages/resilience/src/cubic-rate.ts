const CUT = 0.7;
const STEEPNESS = 0.4;

/**
 * A rate per second that falls to 0.7 of itself when it proved too high, and returns along a cubic: quickly at first,
 * slowly near the rate that was refused, then faster, and never beyond the configured one. Times in ms.
 * @source CUBIC (RFC 9438) as the AWS SDKs use it in their adaptive retry mode
 */
export class CubicRate {
  readonly #most: number;
  #refused: number;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** Seconds after the cut when the refused rate is reached again, and the configured one. */
  #backAfter = 0;
  #fullAfter = 0;

  constructor(most: number) {
    this.#most = most;
    this.#refused = most;
  }

  /** The rate was refused at `now`. */
  cut(now: number): void {
    this.#refused = this.at(now);
    this.#cutAt = now;
    this.#backAfter = Math.cbrt(((1 - CUT) * this.#refused) / STEEPNESS);
    this.#fullAfter = this.#backAfter + Math.cbrt((this.#most - this.#refused) / STEEPNESS);
  }

  /** Per second at `now`. */
  at(now: number): number {
    const t = (now - this.#cutAt) / 1_000;
    if (t >= this.#fullAfter) return this.#most;
    return Math.min(this.#most, STEEPNESS * (t - this.#backAfter) ** 3 + this.#refused);
  }

  /** How much the rate gives from one time to a later one: its integral, so that the number of steps between is no matter. */
  between(from: number, to: number): number {
    if (this.#cutAt === Number.NEGATIVE_INFINITY) return (this.#most * (to - from)) / 1_000;
    return this.#area((to - this.#cutAt) / 1_000) - this.#area((from - this.#cutAt) / 1_000);
  }

  #area(t: number): number {
    const curved = Math.min(t, this.#fullAfter);
    const power = (STEEPNESS / 4) * (curved - this.#backAfter) ** 4;
    return power + this.#refused * curved + this.#most * (t - curved);
  }
}
