/** Something with a place of its own among those that run; meaningful while it does. */
export type Placed = { place: number };

/**
 * Those that run, in no order. Each remembers its own place, so that entering and leaving cost a few assignments and no
 * memory, which a `Set` of members that change all the time does not offer.
 */
export class Running<T extends Placed> {
  readonly #members: T[] = [];

  /** How many run. */
  get size(): number {
    return this.#members.length;
  }

  /** `member` runs; it must not do so already. */
  add(member: T): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** `member` no longer runs; false when it did not. The last one takes its place. */
  delete(member: T): boolean {
    const members = this.#members;
    if (members[member.place] !== member) return false;
    const last = members.pop();
    if (last !== undefined && last !== member) {
      members[member.place] = last;
      last.place = member.place;
    }
    return true;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#members.values();
  }
}
