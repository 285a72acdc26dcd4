import { type Bag, bagOf } from './bag.ts';
import { corpusOf, termWeight } from './term-weight.ts';

/** Most texts and characters (UTF-16 units) an index holds; a text beyond them cannot be found, and lowers the coverage. */
export type IndexLimits = { readonly texts: number; readonly characters: number };

/** A text that shares words with a query. */
export type Hit = { readonly id: string; readonly score: number };

type Text = { readonly id: string; readonly bag: Bag; readonly characters: number };

/** An inverted index over texts by id, that come and go. */
export class TextIndex {
  readonly #limits: IndexLimits;
  readonly #texts = new Map<string, Text>();
  readonly #postings = new Map<string, Set<Text>>();
  readonly #beyond = new Set<string>();
  #characters = 0;

  constructor(limits: IndexLimits) {
    this.#limits = limits;
  }

  /** Adds or replaces the text of `id`. */
  put(id: string, text: string): void {
    this.remove(id);
    if (this.#texts.size >= this.#limits.texts || this.#characters + text.length > this.#limits.characters) {
      this.#beyond.add(id);
      return;
    }
    const entry: Text = { id, bag: bagOf(text), characters: text.length };
    this.#texts.set(id, entry);
    this.#characters += text.length;
    for (const word of entry.bag.counts.keys()) this.#posting(word).add(entry);
  }

  /** Takes the text of `id` out. */
  remove(id: string): void {
    this.#beyond.delete(id);
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    this.#characters -= text.characters;
    for (const word of text.bag.counts.keys()) {
      const posting = this.#postings.get(word);
      posting?.delete(text);
      if (posting?.size === 0) this.#postings.delete(word);
    }
  }

  /**
   * Texts that share a word with `query`, by BM25, best first, ties by id. Only texts that `isVisible` count, also in how
   * rare a word is and how long texts are, so that what is hidden changes nothing.
   */
  search(query: string, isVisible: (id: string) => boolean = () => true): Hit[] {
    const corpus = corpusOf(this.#visible(isVisible));
    const scores = new Map<string, number>();
    for (const word of bagOf(query).counts.keys()) {
      const having = [...(this.#postings.get(word) ?? [])].filter(({ id }) => isVisible(id));
      const weigh = termWeight(corpus, having.length);
      for (const { id, bag } of having) scores.set(id, (scores.get(id) ?? 0) + weigh(word, bag));
    }
    return [...scores]
      .map(([id, score]) => ({ id, score }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  }

  /** Share of the texts that can be found, in [0, 1]; 1 when there is none. */
  get coverage(): number {
    const all = this.#texts.size + this.#beyond.size;
    return all === 0 ? 1 : this.#texts.size / all;
  }

  *#visible(isVisible: (id: string) => boolean): Generator<Bag> {
    for (const { id, bag } of this.#texts.values()) if (isVisible(id)) yield bag;
  }

  #posting(word: string): Set<Text> {
    const known = this.#postings.get(word);
    if (known !== undefined) return known;
    const posting = new Set<Text>();
    this.#postings.set(word, posting);
    return posting;
  }
}
