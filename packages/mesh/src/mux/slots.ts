/** Most requests waiting for a reply at once. */
export const MAX_SLOTS = 10_000;

type Slot<T> = { generation: number; value: T | undefined };

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
    this.#used += 1;
    return `${index.toString(36)}-${slot.generation.toString(36)}`;
  }

  /** The value of a token; undefined when its place was given back. */
  get(token: string): T | undefined {
    return this.#find(token)?.slot.value;
  }

  /** Gives a place back and returns what was in it; an outdated token changes nothing. */
  release(token: string): T | undefined {
    const found = this.#find(token);
    if (found === undefined) return undefined;
    const { slot, index } = found;
    const { value } = slot;
    slot.value = undefined;
    slot.generation += 1;
    this.#free.push(index);
    this.#used -= 1;
    return value;
  }

  /** Every value in use. */
  *values(): Generator<T> {
    for (const { value } of this.#slots) if (value !== undefined) yield value;
  }

  #find(token: string): { readonly slot: Slot<T>; readonly index: number } | undefined {
    const [place, generation, ...rest] = token.split('-');
    if (place === undefined || generation === undefined || rest.length > 0) return undefined;
    const index = Number.parseInt(place, 36);
    const slot = this.#slots[index];
    if (slot === undefined || slot.value === undefined || slot.generation !== Number.parseInt(generation, 36))
      return undefined;
    return { slot, index };
  }
}

const vacant = <T>(): Slot<T> => ({ generation: 0, value: undefined });
