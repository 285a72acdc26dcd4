/** Something found, and how well it fits. */
export type Scored<T> = { readonly item: T; readonly score: number };

/** Which of two found things comes first: the better, of equals the one with the smaller id. */
export const byScoreThenId = (a: Scored<{ readonly id: string }>, b: Scored<{ readonly id: string }>): number =>
  b.score - a.score || (a.item.id < b.item.id ? -1 : 1);

/** The best `most` of what it was shown, ties by id: the same ones in whatever order they came. */
export class BestOf<T extends { readonly id: string }> {
  readonly #most: number;
  readonly #best: Scored<T>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Keeps `found` if it is among the best. */
  show(found: Scored<T>): void {
    const worst = this.#best.at(-1);
    const isFull = this.#best.length >= this.#most;
    if (isFull && (worst === undefined || byScoreThenId(found, worst) >= 0)) return;
    this.#best.splice(this.#placeOf(found), 0, found);
    if (this.#best.length > this.#most) this.#best.pop();
  }

  /** What was kept, best first. */
  inOrder(): readonly Scored<T>[] {
    return this.#best;
  }

  #placeOf(found: Scored<T>): number {
    let [low, high] = [0, this.#best.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#best[middle];
      if (other !== undefined && byScoreThenId(other, found) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
