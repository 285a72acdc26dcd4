import type { Fact } from '@seedcore/contracts';
import { type Found, type Hit, type IndexLimits, SearchIndex, type Vector } from '@seedcore/retrieval';
import type { VectorState } from './embedded.ts';
import { RecordView, type Taken } from './record-view.ts';
import { isExpired } from './revise-fact.ts';
import { VectorBook } from './vector-book.ts';

/** Most facts that are kept. */
export const MOST_FACTS = 100_000;
/** Most facts and characters that are searchable; what is beyond is readable by id and lowers the coverage. */
const SEARCHABLE: IndexLimits = { documents: 50_000, characters: 50_000_000 };

/** Most vectors that are kept: those of every fact, and of facts that went and whose vector has not yet. */
const MOST_VECTORS = 2 * MOST_FACTS;

/** What is looked for; all conditions hold at once. */
export type FactQuery = {
  readonly query?: string | undefined;
  readonly vector?: Vector | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  readonly predicate?: string | undefined;
  readonly tags: readonly string[];
  readonly k: number;
  readonly min_trust?: number | undefined;
  readonly max_staleness_s?: number | undefined;
  readonly include_expired: boolean;
};

/** A fact that was looked for, with its places and scores where it was ranked. */
export type FoundFact = Omit<Hit, 'id'> & {
  readonly fact: Fact;
  readonly rev: number;
  readonly vector: VectorState;
  readonly stalenessS: number;
  readonly conflictSet: readonly string[];
};

/** What a search found, and the share of visible facts with a vector of the query's model, 0 where none was searched. */
export type FoundFacts = { readonly facts: readonly FoundFact[]; readonly vectors: number };

/** All facts of a replica: by id, by words and meaning, and by what they are about. */
export class FactShelf extends RecordView<Fact> {
  readonly #index: SearchIndex;
  readonly #about = new Map<string, Set<string>>();
  /** Vectors of the texts of facts. */
  readonly vectors = new VectorBook(MOST_VECTORS, (id, vector) => this.#index.setVector(id, vector));
  #bytes = 0;

  /** @param admits false while memory is short, and no further fact may become searchable */
  constructor(admits?: () => boolean) {
    super(MOST_FACTS);
    this.#index = new SearchIndex({ ...SEARCHABLE, admits });
  }

  override take(taken: Taken<Fact>): boolean {
    const before = this.get(taken.id)?.value;
    if (!super.take(taken)) return false;
    const after = this.get(taken.id)?.value;
    if (before !== undefined) this.#drop(before);
    if (after !== undefined) this.#shelve(after);
    else this.vectors.tell(taken.id, undefined);
    if (this.#index.beyond.size > 0) this.#admit();
    return true;
  }

  /** Facts that meet every condition: by words and vector best first, otherwise newest first; ties by id. */
  search(asked: FactQuery, wallMs: number): FoundFacts {
    const isRanked = asked.query !== undefined || asked.vector !== undefined;
    const { hits, vectors } = isRanked ? this.#ranked(asked, wallMs) : this.#newest(asked, wallMs);
    const facts = hits.flatMap(({ id, ...places }): FoundFact[] => {
      const known = this.get(id);
      if (known === undefined) return [];
      const { value: fact, rev } = known;
      const stalenessS = Math.max(0, wallMs - Date.parse(fact.observed_at)) / 1000;
      const conflictSet = this.conflictsOf(fact, wallMs);
      return [{ ...places, fact, rev, vector: this.vectors.stateOf(id), stalenessS, conflictSet }];
    });
    return { facts, vectors };
  }

  /** Live public facts of the same subject and predicate with another object, in id order; neither side is preferred. */
  conflictsOf(fact: Fact, wallMs: number): string[] {
    const topic = topicOf(fact);
    if (topic === undefined) return [];
    return [...(this.#about.get(topic) ?? [])]
      .filter((id) => id !== fact.fact_id)
      .filter((id) => {
        const other = this.get(id)?.value;
        return other !== undefined && other.object !== fact.object && isShown(other, { wallMs });
      })
      .sort();
  }

  /** Facts that can be searched. */
  get searchable(): number {
    return this.#index.size;
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

  #ranked(asked: FactQuery, wallMs: number): Found {
    const { query: text, vector, k, include_expired: expired } = asked;
    const isVisible = (id: string) => {
      const fact = this.get(id)?.value;
      return fact !== undefined && isShown(fact, { wallMs, expired });
    };
    return this.#index.search({ text, vector, k, isVisible, isWanted: (id) => this.#meets(id, asked, wallMs) });
  }

  /** Who names ids knows them: what is not public is shown to nobody else. */
  #newest(asked: FactQuery, wallMs: number): Found {
    const { ids, include_expired: expired } = asked;
    const facts = (ids ?? this.entries().map(([id]) => id)).map((id) => this.get(id)?.value);
    const hits = facts
      .filter((fact) => fact !== undefined)
      .filter((fact) => isShown(fact, { wallMs, expired, hidden: ids !== undefined }))
      .filter(({ fact_id: id }) => this.#meets(id, asked, wallMs))
      .sort((a, b) => Date.parse(b.observed_at) - Date.parse(a.observed_at) || (a.fact_id < b.fact_id ? -1 : 1))
      .slice(0, asked.k)
      .map(({ fact_id: id }) => ({ id, score: 1 }));
    return { hits, vectors: 0 };
  }

  #meets(id: string, asked: FactQuery, wallMs: number): boolean {
    const fact = this.get(id)?.value;
    if (fact === undefined) return false;
    const { ids, subject, predicate, tags, min_trust: least, max_staleness_s: stalest } = asked;
    return (
      (ids === undefined || ids.includes(id)) &&
      (subject === undefined || fact.subject === subject) &&
      (predicate === undefined || fact.predicate === predicate) &&
      tags.every((tag) => fact.tags.includes(tag)) &&
      (least === undefined || (fact.trust !== null && fact.trust >= least)) &&
      (stalest === undefined || wallMs - Date.parse(fact.observed_at) <= stalest * 1000)
    );
  }

  #shelve(fact: Fact): void {
    const { fact_id: id, text, no_external_egress: noExternalEgress } = fact;
    this.vectors.tell(id, { text, noExternalEgress });
    this.#index.put(id, { text, vector: this.vectors.vectorOf(id) });
    this.#bytes += Buffer.byteLength(fact.text);
    const topic = topicOf(fact);
    if (topic === undefined) return;
    const about = this.#about.get(topic) ?? new Set();
    this.#about.set(topic, about.add(fact.fact_id));
  }

  /** One for which there was no room may have it now. */
  #admit(): void {
    const [id] = this.#index.beyond;
    const fact = id === undefined ? undefined : this.get(id)?.value;
    if (fact !== undefined)
      this.#index.put(fact.fact_id, { text: fact.text, vector: this.vectors.vectorOf(fact.fact_id) });
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

/** What is shown beside public facts that hold: expired ones, and those that are not public. */
type Shown = { readonly wallMs: number; readonly expired?: boolean; readonly hidden?: boolean };

const isShown = (fact: Fact, { wallMs, expired = false, hidden = false }: Shown): boolean =>
  (hidden || fact.visibility === 'public') && (expired || !isExpired(fact, wallMs));

/** What a fact is about; facts that say less than subject, predicate and object contradict nothing. */
function topicOf({ subject, predicate, object }: Fact): string | undefined {
  if (subject === undefined || predicate === undefined || object === undefined) return undefined;
  return JSON.stringify([subject, predicate]);
}
