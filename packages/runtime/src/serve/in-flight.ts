/** What the registry needs to know of a call. */
export type Tracked = { readonly id: string };

/** Every call that waits or runs in this process, by its id; the attempts of a retried call share one. */
export class InFlight<T extends Tracked> {
  readonly #byId = new Map<string, Set<T>>();
  #size = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  add(call: T): void {
    const same = this.#byId.get(call.id);
    if (same === undefined) this.#byId.set(call.id, new Set([call]));
    else same.add(call);
    this.#size += 1;
  }

  remove(call: T): void {
    const same = this.#byId.get(call.id);
    if (same === undefined || !same.delete(call)) return;
    if (same.size === 0) this.#byId.delete(call.id);
    this.#size -= 1;
    if (this.#size === 0) this.#idle?.resolve();
  }

  /** Every attempt of one call. */
  find(id: string): readonly T[] {
    return [...(this.#byId.get(id) ?? [])];
  }

  all(): readonly T[] {
    return [...this.#byId.values()].flatMap((same) => [...same]);
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
