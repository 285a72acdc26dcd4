/** A record as this replica knows it. */
export type Known<T> = { readonly value: T; readonly rev: number };

/** A change of one record; without a value it was removed. */
export type Taken<T> = { readonly id: string; readonly rev: number; readonly value?: T | undefined };

/** Removals remembered at most; those of long ago have no older change on its way any more. */
const MOST_REMOVED = 10_000;

/** Why a value is not held though it could be read. */
export const NO_ROOM = 'not held here: too many';

/**
 * This replica's picture of a bucket.
 *
 * Invariants: a record only moves to a higher revision; what was removed here does not come back by an older change;
 * at most `limit` values are held, and none there is no room for; of further ones only the id is known.
 */
export class RecordView<T> {
  readonly #limit: number;
  readonly #records = new Map<string, Known<T>>();
  /** Ids that exist and whose value is not held: one too many, or unreadable. */
  readonly #withheld = new Map<string, string>();
  /** Revision of the newest removals, those made here until the bucket confirms them. */
  readonly #removed = new Map<string, number>();
  #version = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes what the bucket or an own write says; false when something newer is known. */
  take({ id, rev, value }: Taken<T>): boolean {
    this.#version = Math.max(this.#version, rev);
    const newest = Math.max(this.#records.get(id)?.rev ?? 0, this.#removed.get(id) ?? 0);
    if (rev < newest || (rev === newest && this.#records.has(id))) return false;
    this.#withheld.delete(id);
    if (value === undefined) this.#forget(id, rev);
    else this.#hold(id, { value, rev });
    return true;
  }

  /** A record exists that cannot be read, at the revision `rev`; one that can be read and is newer is not taken back. */
  unreadable(id: string, why: string, rev = Number.POSITIVE_INFINITY): void {
    if (rev > Math.max(this.#records.get(id)?.rev ?? 0, this.#removed.get(id) ?? 0)) this.#withheld.set(id, why);
  }

  get(id: string): Known<T> | undefined {
    return this.#records.get(id);
  }

  /** Every held record, in id order. */
  entries(): [string, Known<T>][] {
    return [...this.#records].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Ids whose value is not held, and why. */
  get withheld(): ReadonlyMap<string, string> {
    return this.#withheld;
  }

  /** Values held. */
  get size(): number {
    return this.#records.size;
  }

  /** Highest sequence applied. */
  get version(): number {
    return this.#version;
  }

  /** Whether a further value can be held. */
  protected hasRoomFor(_value: T): boolean {
    return true;
  }

  /** Lets go of a value as if it had never been there. */
  protected drop(id: string): void {
    this.#records.delete(id);
  }

  #hold(id: string, known: Known<T>): void {
    this.#removed.delete(id);
    const isCounted = this.#records.has(id) || this.#records.size < this.#limit;
    if (isCounted && this.hasRoomFor(known.value)) {
      this.#records.set(id, known);
      return;
    }
    this.#records.delete(id);
    this.#withheld.set(id, NO_ROOM);
  }

  #forget(id: string, rev: number): void {
    this.#records.delete(id);
    if (this.#removed.get(id) === rev) this.#removed.delete(id);
    else this.#removed.set(id, rev);
    const oldest = this.#removed.size > MOST_REMOVED ? this.#removed.keys().next().value : undefined;
    if (oldest !== undefined) this.#removed.delete(oldest);
  }
}
