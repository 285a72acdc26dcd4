import { wordsOf } from './words.ts';

const K1 = 1.2;
const B = 0.75;
/** Most texts and characters held; what is beyond is readable by id and lowers the coverage. */
const MOST_TEXTS = 50_000;
const MOST_CHARACTERS = 50_000_000;

type Text = { readonly words: ReadonlyMap<string, number>; readonly length: number; readonly characters: number };

/** A text that shares words with a query. */
export type Hit = { readonly id: string; readonly score: number };

/**
 * An inverted index over texts by id.
 *
 * @source Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); k1 1.2, b 0.75,
 *   idf = ln(1 + (N − n + 0.5) / (n + 0.5))
 */
export class TextIndex {
  readonly #texts = new Map<string, Text>();
  readonly #postings = new Map<string, Set<string>>();
  readonly #beyond = new Set<string>();
  #characters = 0;

  /** Adds or replaces the text of `id`. */
  put(id: string, text: string): void {
    this.remove(id);
    if (this.#texts.size >= MOST_TEXTS || this.#characters + text.length > MOST_CHARACTERS) {
      this.#beyond.add(id);
      return;
    }
    const all = wordsOf(text);
    const words = new Map<string, number>();
    for (const word of all) words.set(word, (words.get(word) ?? 0) + 1);
    this.#texts.set(id, { words, length: all.length, characters: text.length });
    this.#characters += text.length;
    for (const word of words.keys()) this.#posting(word).add(id);
  }

  /** Takes the text of `id` out. */
  remove(id: string): void {
    this.#beyond.delete(id);
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    this.#characters -= text.characters;
    for (const word of text.words.keys()) {
      const posting = this.#postings.get(word);
      posting?.delete(id);
      if (posting?.size === 0) this.#postings.delete(word);
    }
  }

  /**
   * Texts that share a word with `query`, best first, ties by id. Only texts that `isVisible` count, also in how rare a
   * word is, so that what is hidden changes nothing.
   */
  search(query: string, isVisible: (id: string) => boolean): Hit[] {
    const corpus = this.#corpus(isVisible);
    const scores = new Map<string, number>();
    for (const word of new Set(wordsOf(query))) {
      const having = [...(this.#postings.get(word) ?? [])].filter(isVisible);
      const idf = Math.log(1 + (corpus.size - having.length + 0.5) / (having.length + 0.5));
      for (const id of having)
        scores.set(id, (scores.get(id) ?? 0) + idf * this.#weight(id, word, corpus.averageLength));
    }
    return [...scores]
      .map(([id, score]) => ({ id, score }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }

  /** Share of the texts that can be searched, 1 when there is none. */
  get coverage(): number {
    const all = this.#texts.size + this.#beyond.size;
    return all === 0 ? 1 : this.#texts.size / all;
  }

  #corpus(isVisible: (id: string) => boolean): { readonly size: number; readonly averageLength: number } {
    let size = 0;
    let length = 0;
    for (const [id, text] of this.#texts) {
      if (!isVisible(id)) continue;
      size += 1;
      length += text.length;
    }
    return { size, averageLength: length === 0 ? 1 : length / size };
  }

  #weight(id: string, word: string, averageLength: number): number {
    const text = this.#texts.get(id);
    const times = text?.words.get(word) ?? 0;
    return (times * (K1 + 1)) / (times + K1 * (1 - B + (B * (text?.length ?? 0)) / averageLength));
  }

  #posting(word: string): Set<string> {
    const known = this.#postings.get(word);
    if (known !== undefined) return known;
    const posting = new Set<string>();
    this.#postings.set(word, posting);
    return posting;
  }
}
