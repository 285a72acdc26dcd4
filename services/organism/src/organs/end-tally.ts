/** How runs end that were told to stop, rather than by themselves. */
const STOPPED = ['handed_back', 'cancelled'];

/** Ends of runs so far. */
export type Ends = { readonly finished: number; readonly handed_back: number };

/** Counts how the runs of each organ end in this process. */
export class EndTally {
  readonly #byOrgan = new Map<string, Ends>();

  /** One more run has ended. */
  ended({ organ, end }: { readonly organ: string; readonly end: string }): void {
    const { finished, handed_back } = this.of(organ);
    const stopped = STOPPED.includes(end);
    this.#byOrgan.set(organ, {
      finished: finished + (stopped ? 0 : 1),
      handed_back: handed_back + (stopped ? 1 : 0),
    });
  }

  /** Ends of an organ's runs since this process began. */
  of(organ: string): Ends {
    return this.#byOrgan.get(organ) ?? { finished: 0, handed_back: 0 };
  }
}
