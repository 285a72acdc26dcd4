/** A word: its number, and who has it, as slot, times, slot, times, …; plain numbers take a fifth of what a map of them takes. */
type Posting = { readonly word: number; readonly entries: number[] };

/** Which documents have a word, and how often. Documents that went are named until they are swept out. */
export class Postings {
  readonly #byWord = new Map<string, Posting>();
  #numbers = 0;

  /** Notes the words of the document in `slot`, with how often it has each; their numbers. */
  add(slot: number, counts: ReadonlyMap<string, number>): readonly number[] {
    return Array.from(counts, ([word, times]) => {
      const known = this.#byWord.get(word);
      if (known !== undefined) known.entries.push(slot, times);
      const posting = known ?? { word: this.#numbers++, entries: [slot, times] };
      if (known === undefined) this.#byWord.set(word, posting);
      return posting.word;
    });
  }

  /** Slots of documents that have `word`, each followed by how often; also of documents that went. */
  having(word: string): readonly number[] {
    return this.#byWord.get(word)?.entries ?? NOBODY;
  }

  /** Forgets the documents in slots that are not held any more. */
  sweep(isHeld: (slot: number) => boolean): void {
    for (const [word, { entries }] of this.#byWord) {
      let kept = 0;
      for (let i = 0; i < entries.length; i += 2) {
        const [slot = 0, times = 0] = [entries[i], entries[i + 1]];
        if (!isHeld(slot)) continue;
        entries[kept] = slot;
        entries[kept + 1] = times;
        kept += 2;
      }
      entries.length = kept;
      if (kept === 0) this.#byWord.delete(word);
    }
  }
}

const NOBODY: readonly number[] = [];
