import type { Vector } from '@seedcore/retrieval';
import { type Embedded, LOCAL_MODEL, markOf, type VectorState, vectorState } from './embedded.ts';
import { RecordView, type Taken } from './record-view.ts';

/** A text that is embedded. */
export type Subject = {
  readonly text: string;
  /** Only a model of the mesh itself may see it. */
  readonly noExternalEgress: boolean;
};

/** A subject whose vector is wanted. */
export type Wanted = Subject & { readonly id: string; readonly of: string };

/** Is told the vector of a subject whenever it becomes another one. */
export type OnVector = (id: string, vector: Vector | undefined) => void;

/**
 * Which texts of one kind there are, which vectors are kept of them, and which are still wanted.
 *
 * Invariants: a vector belongs to the text it was made of, never to another one under the same id; what is wanted is known
 * without looking at what is not.
 */
export class VectorBook {
  readonly #kept: KeptVectors;
  readonly #limit: number;
  readonly #subjects = new Map<string, Wanted>();
  /** Ids by where they stand; see {@link standing}. */
  readonly #standing = new Map<string, Set<string>>();
  readonly #placeOf = new Map<string, string>();
  readonly #orphans = new Set<string>();
  readonly #dims = new Map<string, { readonly dims: number; n: number }>();
  readonly #onVector: OnVector;

  /** @param limit most vectors that are kept; to be more than there can be subjects, since what is beyond is wanted again */
  constructor(limit: number, onVector: OnVector) {
    this.#kept = new KeptVectors(limit);
    this.#limit = limit;
    this.#onVector = onVector;
  }

  /** A subject has come, has changed, or is gone. */
  tell(id: string, subject: Subject | undefined): void {
    if (subject === undefined) this.#subjects.delete(id);
    else this.#subjects.set(id, { ...subject, id, of: markOf(subject.text) });
    this.#place(id);
    this.#onVector(id, this.vectorOf(id));
  }

  /** A vector, or the end of one, as it was kept; false when something newer is known. */
  take(taken: Taken<Embedded>): boolean {
    const before = this.keptOf(taken.id);
    if (before === undefined && this.#kept.size >= this.#limit) this.#forgetOrphan();
    if (!this.#kept.take(taken)) return false;
    this.#count(before, -1);
    this.#count(this.#kept.get(taken.id)?.value, 1);
    this.#place(taken.id);
    this.#onVector(taken.id, this.vectorOf(taken.id));
    return true;
  }

  /** What is kept under an id, whatever it was made of. */
  keptOf(id: string): Embedded | undefined {
    return this.#kept.get(id)?.value;
  }

  /** The vector of the text a subject has now. */
  vectorOf(id: string): Vector | undefined {
    const kept = this.keptOf(id);
    if (kept?.values === undefined || kept.of !== this.#subjects.get(id)?.of) return undefined;
    return { model: kept.model, values: kept.values };
  }

  stateOf(id: string): VectorState {
    return vectorState(this.#subjects.get(id)?.of ?? '', this.keptOf(id));
  }

  /** Subjects without a vector of the model for them (undefined: not known yet), at most `most`. */
  wanted(model: string | undefined, most: number): Wanted[] {
    const found: Wanted[] = [];
    for (const [place, ids] of this.#standing) {
      if (isContent(place, model)) continue;
      for (const id of ids) {
        const subject = this.#subjects.get(id);
        if (subject !== undefined && found.push(subject) >= most) return found;
      }
    }
    return found;
  }

  /** The subject of `id` if its vector is wanted. */
  wants(id: string, model: string | undefined): Wanted | undefined {
    const place = this.#placeOf.get(id);
    return place === undefined || isContent(place, model) ? undefined : this.#subjects.get(id);
  }

  /** Ids of vectors whose subject is not known here. */
  get orphans(): ReadonlySet<string> {
    return this.#orphans;
  }

  /** Length of the vectors of each model that are kept. */
  get dims(): ReadonlyMap<string, { readonly dims: number; readonly n: number }> {
    return this.#dims;
  }

  /** Those that belong to nobody make room; should their subject come back, it wants another one. */
  #forgetOrphan(): void {
    const [id] = this.#orphans;
    if (id === undefined) return;
    this.#count(this.keptOf(id), -1);
    this.#kept.forget(id);
    this.#orphans.delete(id);
  }

  #place(id: string): void {
    const before = this.#placeOf.get(id);
    const subject = this.#subjects.get(id);
    const kept = this.keptOf(id);
    if (subject === undefined && kept !== undefined) this.#orphans.add(id);
    else this.#orphans.delete(id);
    const place = subject && standing(subject, kept);
    if (place === before) return;
    if (before !== undefined) this.#standing.get(before)?.delete(id);
    if (place === undefined) this.#placeOf.delete(id);
    else {
      this.#placeOf.set(id, place);
      this.#standing.set(place, (this.#standing.get(place) ?? new Set()).add(id));
    }
  }

  #count(embedded: Embedded | undefined, by: 1 | -1): void {
    if (embedded?.values === undefined) return;
    const { model, values } = embedded;
    const counted = this.#dims.get(model) ?? { dims: values.length, n: 0 };
    counted.n += by;
    if (counted.n > 0) this.#dims.set(model, counted);
    else this.#dims.delete(model);
  }
}

class KeptVectors extends RecordView<Embedded> {
  /** Lets go of a vector as if it had never been there. */
  forget(id: string): void {
    this.drop(id);
  }
}

const PENDING = 'pending';
const LOCAL = 'local ';
const ANY = 'any ';

/** Where a subject stands: pending, or settled by a model, whether because no other may see it or because it was the one to ask. */
function standing({ of, noExternalEgress }: Wanted, kept: Embedded | undefined): string {
  if (kept === undefined || vectorState(of, kept) === 'pending') return PENDING;
  return `${noExternalEgress ? LOCAL : ANY}${kept.model}`;
}

/** Whether subjects that stand there have what they want, given the model to ask; without one, what they have has to do. */
function isContent(place: string, model: string | undefined): boolean {
  if (place === PENDING) return false;
  if (place.startsWith(LOCAL)) return place === `${LOCAL}${LOCAL_MODEL}`;
  return model === undefined || place === `${ANY}${model}`;
}
