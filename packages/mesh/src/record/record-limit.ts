/** Records a process makes in one second. */
export const RECORDS_PER_SECOND = 50;
/** Of those, what calls that went well may use: a busy process must not be unable to tell of its failures. */
export const SAMPLES_PER_SECOND = 10;
/** One call in so many is recorded although it went well; a prime, so that no round of calls falls in step with it. */
export const SAMPLE_EVERY = 101;

const SECOND_MS = 1_000;

/** Who is recorded: what failed or is degraded, about 1 % of the rest, and no more than a process has time for. */
export class RecordLimit {
  #calls = 0;
  #second = Number.NEGATIVE_INFINITY;
  #records = 0;
  #samples = 0;
  #left = 0;

  /** Records that were not made because there were too many in their second. */
  get dropped(): number {
    return this.#left;
  }

  /** Whether the call that begins now is one of those recorded whatever becomes of them. */
  samples(): boolean {
    this.#calls += 1;
    if (this.#calls < SAMPLE_EVERY) return false;
    this.#calls = 0;
    return true;
  }

  /** Whether there is room for one more record; `sample` says that its call went well. */
  admits(now: number, { sample }: { readonly sample: boolean }): boolean {
    const second = Math.floor(now / SECOND_MS);
    if (second > this.#second) {
      this.#second = second;
      this.#records = 0;
      this.#samples = 0;
    }
    if (this.#records >= RECORDS_PER_SECOND || (sample && this.#samples >= SAMPLES_PER_SECOND)) {
      this.#left += 1;
      return false;
    }
    this.#records += 1;
    if (sample) this.#samples += 1;
    return true;
  }
}
