import type { Fact } from '@seedcore/contracts';
import { type Hit, type IndexLimits, SearchIndex } from '@seedcore/retrieval';
import { RecordView, type Taken } from './record-view.ts';
import { isExpired } from './revise-fact.ts';

/** Most facts that are kept. */
export const MOST_FACTS = 100_000;
/** Most facts and characters that are searchable; what is beyond is readable by id and lowers the coverage. */
const SEARCHABLE: IndexLimits = { documents: 50_000, characters: 50_000_000 };

/** What is looked for; all conditions hold at once. */
export type FactQuery = {
  readonly query?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly predicate?: string | undefined;
  readonly tags: readonly string[];
  readonly k: number;
  readonly min_trust?: number | undefined;
  readonly max_staleness_s?: number | undefined;
  readonly include_expired: boolean;
};

/** A fact that was looked for; `scoreText` is its BM25 score when words were searched. */
export type FoundFact = {
  readonly fact: Fact;
  readonly rev: number;
  /** In [0, 1]: of the best score; 1 without words. */
  readonly score: number;
  readonly scoreText: number | undefined;
  readonly stalenessS: number;
  readonly conflictSet: readonly string[];
};

/** All facts of a replica: by id, by words, and by what they are about. */
export class FactShelf extends RecordView<Fact> {
  readonly #index = new SearchIndex(SEARCHABLE);
  readonly #about = new Map<string, Set<string>>();
  #bytes = 0;

  constructor() {
    super(MOST_FACTS);
  }

  override take(taken: Taken<Fact>): boolean {
    const before = this.get(taken.id)?.value;
    if (!super.take(taken)) return false;
    const after = this.get(taken.id)?.value;
    if (before !== undefined) this.#drop(before);
    if (after !== undefined) this.#shelve(after);
    return true;
  }

  /** Facts that meet every condition: by words best first, otherwise newest first; ties by id. */
  search(asked: FactQuery, wallMs: number): FoundFact[] {
    const hits = asked.query === undefined ? this.#newest(asked, wallMs) : this.#byWords(asked.query, asked, wallMs);
    return hits.flatMap(({ id, score, scoreText }): FoundFact[] => {
      const known = this.get(id);
      if (known === undefined) return [];
      const { value: fact, rev } = known;
      const stalenessS = Math.max(0, wallMs - Date.parse(fact.observed_at)) / 1000;
      return [{ fact, rev, score, scoreText, stalenessS, conflictSet: this.conflictsOf(fact, wallMs) }];
    });
  }

  /** Live facts of the same subject and predicate with another object, in id order; neither side is preferred. */
  conflictsOf(fact: Fact, wallMs: number): string[] {
    const topic = topicOf(fact);
    if (topic === undefined) return [];
    return [...(this.#about.get(topic) ?? [])]
      .filter((id) => id !== fact.fact_id)
      .filter((id) => {
        const other = this.get(id)?.value;
        return other !== undefined && other.object !== fact.object && !isExpired(other, wallMs);
      })
      .sort();
  }

  /** Share of the facts that can be searched. */
  get coverage(): number {
    const known = this.size + this.withheld.size;
    return known === 0 ? 1 : (this.#index.coverage * this.size) / known;
  }

  /** Bytes of all texts. */
  get bytes(): number {
    return this.#bytes;
  }

  #byWords(text: string, asked: FactQuery, wallMs: number): readonly Hit[] {
    const isVisible = (id: string) => {
      const fact = this.get(id)?.value;
      return fact !== undefined && (asked.include_expired || !isExpired(fact, wallMs));
    };
    return this.#index.search({ text, k: asked.k, isVisible, isWanted: (id) => this.#meets(id, asked, wallMs) }).hits;
  }

  #newest(asked: FactQuery, wallMs: number): readonly Hit[] {
    const facts = (asked.ids ?? this.entries().map(([id]) => id)).map((id) => this.get(id)?.value);
    return facts
      .filter((fact) => fact !== undefined)
      .filter(({ fact_id: id }) => this.#meets(id, asked, wallMs))
      .sort((a, b) => Date.parse(b.observed_at) - Date.parse(a.observed_at) || (a.fact_id < b.fact_id ? -1 : 1))
      .slice(0, asked.k)
      .map(({ fact_id: id }) => ({ id, score: 1 }));
  }

  #meets(id: string, asked: FactQuery, wallMs: number): boolean {
    const fact = this.get(id)?.value;
    if (fact === undefined) return false;
    const { ids, subject, predicate, tags, min_trust: least, max_staleness_s: stalest } = asked;
    return (
      (asked.include_expired || !isExpired(fact, wallMs)) &&
      (ids === undefined || ids.includes(id)) &&
      (subject === undefined || fact.subject === subject) &&
      (predicate === undefined || fact.predicate === predicate) &&
      tags.every((tag) => fact.tags.includes(tag)) &&
      (least === undefined || (fact.trust !== null && fact.trust >= least)) &&
      (stalest === undefined || wallMs - Date.parse(fact.observed_at) <= stalest * 1000)
    );
  }

  #shelve(fact: Fact): void {
    this.#index.put(fact.fact_id, { text: fact.text });
    this.#bytes += Buffer.byteLength(fact.text);
    const topic = topicOf(fact);
    if (topic === undefined) return;
    const about = this.#about.get(topic) ?? new Set();
    this.#about.set(topic, about.add(fact.fact_id));
  }

  #drop(fact: Fact): void {
    this.#index.remove(fact.fact_id);
    this.#bytes -= Buffer.byteLength(fact.text);
    const topic = topicOf(fact);
    if (topic === undefined) return;
    const about = this.#about.get(topic);
    about?.delete(fact.fact_id);
    if (about?.size === 0) this.#about.delete(topic);
  }
}

/** What a fact is about; facts that say less than subject, predicate and object contradict nothing. */
function topicOf({ subject, predicate, object }: Fact): string | undefined {
  if (subject === undefined || predicate === undefined || object === undefined) return undefined;
  return JSON.stringify([subject, predicate]);
}
