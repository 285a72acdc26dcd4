/** Anything that may say for whom it runs. */
type Called = { readonly caller?: string | undefined };

/** How many slots each caller holds; kept only while somebody waits, because otherwise nobody needs to know. */
export class CallerShares {
  #held: Map<string, number> | undefined;

  /** Starts counting with those who run now. */
  begin(running: Iterable<Called>): void {
    this.#held = new Map();
    for (const one of running) this.change(one, 1);
  }

  /** Stops counting. */
  end(): void {
    this.#held = undefined;
  }

  /** A slot was taken or given back. */
  change({ caller }: Called, by: 1 | -1): void {
    if (this.#held === undefined || caller === undefined) return;
    const held = (this.#held.get(caller) ?? 0) + by;
    if (held > 0) this.#held.set(caller, held);
    else this.#held.delete(caller);
  }

  /** True while the caller holds less than half of `limit`; always for one without a name. */
  allows({ caller }: Called, limit: number): boolean {
    if (caller === undefined) return true;
    return (this.#held?.get(caller) ?? 0) < Math.max(1, Math.floor(limit / 2));
  }
}
