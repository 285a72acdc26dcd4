/** Most requests waiting for a reply at once. */
export const MAX_SLOTS = 10_000;

type Slot<T> = { generation: number; token: string | undefined; value: T | undefined };

/**
 * Up to 10 000 numbered places, each named by slot and generation in base 36, so that a reply that comes too late
 * never reaches the next user of its place.
 */
export class Slots<T> {
  readonly #slots: Slot<T>[] = [];
  readonly #free: number[] = [];
  #used = 0;

  /** Places in use. */
  get size(): number {
    return this.#used;
  }

  /** Takes a place for `value`; undefined when all are taken. */
  take(value: T): string | undefined {
    const index = this.#free.pop() ?? (this.#slots.length < MAX_SLOTS ? this.#slots.push(vacant()) - 1 : undefined);
    const slot = index === undefined ? undefined : this.#slots[index];
    if (index === undefined || slot === undefined) return undefined;
    slot.value = value;
    slot.token = `${index.toString(36)}-${slot.generation.toString(36)}`;
    this.#used += 1;
    return slot.token;
  }

  /** The value of a token; undefined when its place was given back. */
  get(token: string): T | undefined {
    const slot = this.#slots[Number.parseInt(token, 36)];
    return slot?.token === token ? slot.value : undefined;
  }

  /** Gives a place back and returns what was in it; an outdated token changes nothing. */
  release(token: string): T | undefined {
    const index = Number.parseInt(token, 36);
    const slot = this.#slots[index];
    if (slot === undefined || slot.token !== token) return undefined;
    const { value } = slot;
    this.#vacate(slot, index);
    return value;
  }

  /** Every value in use. */
  *values(): Generator<T> {
    for (const { value } of this.#slots) if (value !== undefined) yield value;
  }

  /** Gives back the places of all values that `those` is true for and returns the values. */
  releaseAll(those: (value: T) => boolean = () => true): readonly T[] {
    const released: T[] = [];
    for (const [index, slot] of this.#slots.entries()) {
      if (slot.value === undefined || !those(slot.value)) continue;
      released.push(slot.value);
      this.#vacate(slot, index);
    }
    return released;
  }

  #vacate(slot: Slot<T>, index: number): void {
    slot.value = undefined;
    slot.token = undefined;
    slot.generation += 1;
    this.#free.push(index);
    this.#used -= 1;
  }
}

const vacant = <T>(): Slot<T> => ({ generation: 0, token: undefined, value: undefined });
