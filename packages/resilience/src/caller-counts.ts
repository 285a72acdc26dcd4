/** Anything that may say for whom it is. */
export type Called = { readonly caller?: string | undefined };

/** How many of something each caller has; what has no caller is not counted. */
export class CallerCounts {
  readonly #counts = new Map<string, number>();
  #heaviest = '';

  /** One more or one less. */
  change({ caller }: Called, by: 1 | -1): void {
    if (caller === undefined) return;
    const count = this.of(caller) + by;
    if (count > 0) this.#counts.set(caller, count);
    else this.#counts.delete(caller);
    if (count > this.of(this.#heaviest)) this.#heaviest = caller;
  }

  /** How many a caller has. */
  of(caller: string): number {
    return this.#counts.get(caller) ?? 0;
  }

  /** The caller that has more than half of `all`, if the one that last got ahead of the others does. */
  majority(all: number): string | undefined {
    return this.of(this.#heaviest) * 2 > all ? this.#heaviest : undefined;
  }
}
