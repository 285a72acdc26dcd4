/** Keys under names; most names have one key, and cost no set of their own. */
export class KeysByName {
  readonly #keys = new Map<string, string | Set<string>>();

  add(name: string, key: string): void {
    const known = this.#keys.get(name);
    if (known === undefined) this.#keys.set(name, key);
    else if (typeof known === 'string') this.#keys.set(name, new Set([known, key]));
    else known.add(key);
  }

  remove(name: string, key: string): void {
    const known = this.#keys.get(name);
    if (known === key) this.#keys.delete(name);
    if (known === undefined || typeof known === 'string') return;
    known.delete(key);
    if (known.size === 0) this.#keys.delete(name);
  }

  /** Keys under a name, the first added first. */
  of(name: string): readonly string[] {
    const known = this.#keys.get(name);
    if (known === undefined) return [];
    return typeof known === 'string' ? [known] : [...known];
  }

  names(): Iterable<string> {
    return this.#keys.keys();
  }
}
