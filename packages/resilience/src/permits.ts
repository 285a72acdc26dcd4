const FIRST_SLOTS = 32;

/** Permits that may be held at once; beyond them one nobody settled is forgotten. */
export const MAX_PERMITS = 16_384;

/** What {@link Permits.end} answers for a permit that is unknown, ended or outdated. */
export const UNKNOWN = Number.NEGATIVE_INFINITY;

/**
 * Numbered permits that end exactly once (S3), each with one finite value, such as the time its lease ends.
 * A permit `p` lives in slot `p mod slots`; numbers whose slot is taken are skipped, so that a long holder costs nobody
 * else his permit, and taking or ending one is a read and a write without allocation.
 */
export class Permits {
  #ids = new Float64Array(FIRST_SLOTS);
  #values = new Float64Array(FIRST_SLOTS);
  #first = 1;
  #last = 0;
  #held = 0;

  /** Permits not ended yet. */
  get held(): number {
    return this.#held;
  }

  /** A new permit, 1 or more. */
  take(value: number): number {
    if (this.#held * 2 >= this.#ids.length && this.#ids.length < MAX_PERMITS) this.#grow();
    this.#last += 1;
    if (this.#held < this.#ids.length) while (this.#isHeld(this.#slot(this.#last))) this.#last += 1;
    else this.#held -= 1;
    this.#ids[this.#slot(this.#last)] = this.#last;
    this.#values[this.#slot(this.#last)] = value;
    this.#held += 1;
    return this.#last;
  }

  /** Ends a permit and gives its value back, or {@link UNKNOWN} when it is not held. */
  end(permit: number): number {
    const slot = this.#slot(permit);
    if (permit < this.#first || this.#ids[slot] !== permit) return UNKNOWN;
    this.#ids[slot] = 0;
    this.#held -= 1;
    return this.#values[slot] ?? UNKNOWN;
  }

  /** Ends all whose value is `value` or less. */
  endUpTo(value: number): void {
    for (let slot = 0; slot < this.#ids.length && this.#held > 0; slot++) {
      if (this.#isHeld(slot) && (this.#values[slot] ?? 0) <= value) this.end(this.#ids[slot] ?? 0);
    }
  }

  /** The least value of those held; infinite when none is. */
  least(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < this.#ids.length; slot++) {
      if (this.#isHeld(slot)) least = Math.min(least, this.#values[slot] ?? least);
    }
    return least;
  }

  /** Makes every permit given so far an outdated one. */
  clear(): void {
    this.#first = this.#last + 1;
    this.#held = 0;
  }

  #slot(permit: number): number {
    return permit % this.#ids.length;
  }

  #isHeld(slot: number): boolean {
    return (this.#ids[slot] ?? 0) >= this.#first;
  }

  #grow(): void {
    const ids = this.#ids;
    const values = this.#values;
    this.#ids = new Float64Array(2 * ids.length);
    this.#values = new Float64Array(2 * ids.length);
    for (let slot = 0; slot < ids.length; slot++) {
      const id = ids[slot] ?? 0;
      this.#ids[this.#slot(id)] = id;
      this.#values[this.#slot(id)] = values[slot] ?? 0;
    }
  }
}
