import type { Current } from './record-codec.ts';

/** Most keys remembered; the oldest are forgotten first. */
const MOST_KEYS = 256;

/** What this process wrote last, of keys whose next change is likely its own: that change need not read first. */
export class RecentWrites<T> {
  readonly #byKey = new Map<string, Current<T>>();

  keep(key: string, written: Current<T>): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, written);
    if (this.#byKey.size <= MOST_KEYS) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      return;
    }
  }

  /** What was kept, once: whatever becomes of it, it is not the last any more. */
  take(key: string): Current<T> | undefined {
    const kept = this.#byKey.get(key);
    this.#byKey.delete(key);
    return kept;
  }
}
