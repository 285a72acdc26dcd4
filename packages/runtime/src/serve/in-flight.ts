/** What the registry needs to know of a call. */
export type Tracked = { readonly id: string };

/**
 * Every call that waits or runs in this process, by its id; the attempts of a retried call share one. Nearly every call
 * is alone under its id, and then costs no set.
 */
export class InFlight<T extends Tracked> {
  readonly #byId = new Map<string, T | Set<T>>();
  #size = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  add(call: T): void {
    const known = this.#byId.get(call.id);
    if (known === undefined) this.#byId.set(call.id, call);
    else if (known instanceof Set) known.add(call);
    else this.#byId.set(call.id, new Set([known, call]));
    this.#size += 1;
  }

  remove(call: T): void {
    const known = this.#byId.get(call.id);
    if (known === call) this.#byId.delete(call.id);
    else if (!(known instanceof Set) || !known.delete(call)) return;
    else if (known.size === 0) this.#byId.delete(call.id);
    this.#size -= 1;
    if (this.#size === 0) this.#idle?.resolve();
  }

  /** Every attempt of one call. */
  find(id: string): readonly T[] {
    const known = this.#byId.get(id);
    if (known === undefined) return [];
    return known instanceof Set ? [...known] : [known];
  }

  all(): readonly T[] {
    return [...this.#byId.keys()].flatMap((id) => this.find(id));
  }

  get size(): number {
    return this.#size;
  }

  /** Resolves when nothing waits or runs. */
  idle(): Promise<void> {
    if (this.#size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise.then(() => {
      this.#idle = undefined;
    });
  }
}
