/** How long a difference is remembered: two halves of a minute. */
const HALF_MS = 30_000;
/** Most inboxes remembered; the one unheard for longest makes room. */
const MAX_INBOXES = 1_000;

/** Least differences of one inbox: of the present half minute and of the one before. */
type Least = { half: number; now: number; before: number };

/**
 * How much longer than usual a request was on its way. Clocks differ, but the least difference between arrival and
 * sending of one inbox in the last minute is that skew plus the shortest way; what exceeds it was spent waiting unseen,
 * in the kernel or in a paused broker.
 */
export class InboxSkew {
  readonly #inboxes = new Map<string, Least>();
  /** The one heard of last, which is often the next one too. */
  #last: { readonly inbox: string; readonly least: Least } | undefined;

  /**
   * @param inbox reply subject without its last token
   * @param arrivedMs monotonic, of this process
   * @param sentMs wall clock of the sender
   * @returns ms by which this difference exceeds the least one of its inbox; 0 for the first
   */
  excess(inbox: string, arrivedMs: number, sentMs: number): number {
    const difference = arrivedMs - sentMs;
    const least = this.#leastOf(inbox, Math.floor(arrivedMs / HALF_MS));
    least.now = Math.min(least.now, difference);
    return difference - Math.min(least.now, least.before);
  }

  /** Inboxes remembered. */
  get size(): number {
    return this.#inboxes.size;
  }

  #leastOf(inbox: string, half: number): Least {
    const last = this.#last;
    if (last !== undefined && last.least.half === half && last.inbox === inbox) return last.least;
    const known = this.#inboxes.get(inbox);
    if (known !== undefined && known.half === half) return this.#remember(inbox, known);
    const before = known?.half === half - 1 ? known.now : Number.POSITIVE_INFINITY;
    const least = { half, now: Number.POSITIVE_INFINITY, before };
    // Taken out and put back, so that the map stays in the order in which inboxes were last heard of.
    this.#inboxes.delete(inbox);
    this.#inboxes.set(inbox, least);
    if (this.#inboxes.size > MAX_INBOXES) this.#forgetOldest();
    return this.#remember(inbox, least);
  }

  #remember(inbox: string, least: Least): Least {
    this.#last = { inbox, least };
    return least;
  }

  #forgetOldest(): void {
    for (const inbox of this.#inboxes.keys()) {
      this.#inboxes.delete(inbox);
      return;
    }
  }
}
