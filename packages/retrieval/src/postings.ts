import type { Indexed } from './indexed.ts';

/** Which documents have a word, and how often. */
export class Postings {
  readonly #byWord = new Map<string, Map<Indexed, number>>();

  add(document: Indexed): void {
    for (const [word, times] of document.bag.counts) this.#posting(word).set(document, times);
  }

  remove(document: Indexed): void {
    for (const word of document.bag.counts.keys()) {
      const posting = this.#byWord.get(word);
      posting?.delete(document);
      if (posting?.size === 0) this.#byWord.delete(word);
    }
  }

  /** Documents that have `word`, with how often they have it. */
  having(word: string): ReadonlyMap<Indexed, number> {
    return this.#byWord.get(word) ?? NOBODY;
  }

  #posting(word: string): Map<Indexed, number> {
    const known = this.#byWord.get(word);
    if (known !== undefined) return known;
    const posting = new Map<Indexed, number>();
    this.#byWord.set(word, posting);
    return posting;
  }
}

const NOBODY: ReadonlyMap<Indexed, number> = new Map();
