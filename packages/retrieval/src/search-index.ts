import { bagOf } from './bag.ts';
import { diversify } from './diversify.ts';
import { type Fused, fusedScore, merged } from './fuse.ts';
import { type Indexed, measured, type SearchDocument, type Slots } from './indexed.ts';
import { Postings } from './postings.ts';
import { type Among, held, rankByVector, rankByWords } from './rank.ts';
import type { Found, Hit, Search } from './search.ts';
import { similarity } from './similarity.ts';
import type { Vector } from './vector.ts';

/** Most documents and characters (UTF-16 units) an index holds; one beyond them cannot be found, and lowers the coverage. */
export type IndexLimits = {
  readonly documents: number;
  readonly characters: number;
  /** False while no further document may be held, whatever the numbers say: memory may be short. */
  readonly admits?: (() => boolean) | undefined;
};

const ANYTHING = () => true;
/** Documents that went are swept out of the postings when there are more than these, and more than a quarter of those held. */
const MOST_GONE = 64;
const GONE_SHARE = 0.25;

/**
 * Documents by id, that come and go, found by their words and by what a model made of them.
 *
 * Invariants: what a search answers depends on the documents that are held and on nothing that was before; a document
 * that is not visible changes neither hits nor scores.
 */
export class SearchIndex {
  readonly #limits: IndexLimits;
  readonly #documents = new Map<string, Indexed>();
  /** The same by their slots, which postings name. */
  readonly #slots: (Indexed | undefined)[] = [];
  /** Slots for the next documents. */
  #free: number[] = [];
  /** Slots of documents that went, and that postings still name. */
  #gone: number[] = [];
  readonly #postings = new Postings();
  readonly #beyond = new Set<string>();
  #characters = 0;

  constructor(limits: IndexLimits) {
    this.#limits = limits;
  }

  /** Adds or replaces the document of `id`; false when there is no room for it. */
  put(id: string, document: SearchDocument): boolean {
    const isAdmitted = this.#documents.has(id) || (this.#limits.admits?.() ?? true);
    this.remove(id);
    const characters = this.#characters + document.text.length;
    const hasRoom = this.#documents.size < this.#limits.documents && characters <= this.#limits.characters;
    const fits = isAdmitted && hasRoom;
    if (fits) this.#hold(id, document);
    else this.#beyond.add(id);
    return fits;
  }

  /** Gives the document of `id` another vector, or none; nothing happens when it is not held. */
  setVector(id: string, vector: Vector | undefined): void {
    const known = this.#documents.get(id);
    if (known === undefined || (known.vector?.model === vector?.model && known.vector?.values === vector?.values))
      return;
    this.#keep({ ...known, vector: measured(vector) });
  }

  /** Takes the document of `id` out. */
  remove(id: string): void {
    this.#beyond.delete(id);
    const known = this.#documents.get(id);
    if (known !== undefined) this.#drop(known);
  }

  /** The `k` documents that fit best; how, see {@link Search}. Takes time in proportion to the documents held. */
  search(asked: Search): Found {
    const { text, vector, k, isVisible = ANYTHING, isWanted = ANYTHING, lambda = 1 } = asked;
    const visible = this.#slots.map((document) => (document && isVisible(document.id) ? document : undefined));
    const among: Among = { visible, isWanted };
    const byWords = text === undefined ? [] : rankByWords(text, this.#postings, among);
    const byVector = vector === undefined ? [] : rankByVector(vector, among);
    const choices = relevant(merged(byWords, byVector).map(levelled(vector?.model)), asked);
    const chosen = diversify(choices, { most: k, lambda, similarity: (a, b) => similarity(a.item, b.item) });
    return { hits: chosen.map(hit), vectors: vector === undefined ? 0 : shareOf(visible, vector.model) };
  }

  /** Ids of documents for which there was no room; put them again when others have gone. */
  get beyond(): ReadonlySet<string> {
    return this.#beyond;
  }

  /** Documents that can be found. */
  get size(): number {
    return this.#documents.size;
  }

  /** Share of the documents that can be found, in [0, 1]; 1 when there is none. */
  get coverage(): number {
    const all = this.#documents.size + this.#beyond.size;
    return all === 0 ? 1 : this.#documents.size / all;
  }

  #hold(id: string, { text, vector }: SearchDocument): void {
    const { counts, length } = bagOf(text);
    const slot = this.#free.pop() ?? this.#slots.length;
    const words = this.#postings.add(slot, counts);
    this.#characters += text.length;
    this.#keep({ id, slot, words, length, characters: text.length, vector: measured(vector) });
  }

  #keep(document: Indexed): void {
    this.#documents.set(document.id, document);
    this.#slots[document.slot] = document;
  }

  #drop({ id, slot, characters }: Indexed): void {
    this.#documents.delete(id);
    this.#characters -= characters;
    this.#slots[slot] = undefined;
    this.#gone.push(slot);
    if (this.#gone.length > MOST_GONE + GONE_SHARE * this.#documents.size) this.#sweep();
  }

  /** Looks through everything, but after so many removals that each has its small share of it. */
  #sweep(): void {
    this.#postings.sweep((slot) => this.#slots[slot] !== undefined);
    this.#free = [...this.#free, ...this.#gone];
    this.#gone = [];
  }
}

/**
 * What has no vector to compare yet is not judged by meaning: its place by words counts for both, so that a document
 * which was put in a moment ago is not behind all that have one.
 */
const levelled =
  (model: string | undefined) =>
  (fused: Fused): Judged => ({ ...fused, isUnjudged: model !== undefined && fused.item.vector?.model !== model });

type Judged = Fused & { readonly isUnjudged: boolean };
type Relevant = Fused & { readonly id: string; readonly relevance: number };

/** Fused scores, faded by age where asked for, as shares of the largest. */
function relevant(all: readonly Judged[], { recency }: Search): Relevant[] {
  const faded = all.map(({ isUnjudged, ...fused }) => {
    const { rankText } = fused;
    const score = fusedScore(isUnjudged && rankText !== undefined ? { rankText, rankVector: rankText } : fused);
    if (recency === undefined) return score;
    return score * 2 ** (-Math.max(0, recency.ageMs(fused.item.id)) / recency.halfLifeMs);
  });
  const largest = Math.max(...faded);
  return all.map(({ isUnjudged: _, ...fused }, i) => ({
    ...fused,
    id: fused.item.id,
    relevance: shareOfLargest(faded[i] ?? 0, largest),
  }));
}

/** What is so old that nothing is left of it is worth 0, also when it is the best there is. */
const shareOfLargest = (score: number, largest: number): number => (largest > 0 ? score / largest : 0);

const hit = ({ item: _item, relevance, ...places }: Relevant): Hit => ({ ...places, score: relevance });

/** Share of documents with a vector of `model`; 1 when there is none to have one. */
function shareOf(visible: Slots, model: string): number {
  let [all, having] = [0, 0];
  for (const { vector } of held(visible)) {
    all += 1;
    if (vector?.model === model) having += 1;
  }
  return all === 0 ? 1 : having / all;
}
