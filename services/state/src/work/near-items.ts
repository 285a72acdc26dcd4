import type { Clock } from '@seedcore/protocol';
import type { ItemAnswer } from '../domain/item.ts';
import { type CacheBounds, ItemCache, type Moment, type Remembered } from '../domain/item-cache.ts';
import { type HeardKey, KeyTable } from '../domain/key-table.ts';

/** What a replica remembers of items, kept true by what it hears of their keys. */
export class NearItems {
  readonly table = new KeyTable();
  readonly #clock: Clock;
  readonly #cache: ItemCache;
  /** Those who wait for a key to change; as many as calls may run at once. */
  readonly #waiting = new Map<string, Set<(heard: HeardKey) => void>>();

  constructor(clock: Clock, bounds: CacheBounds) {
    this.#clock = clock;
    this.#cache = new ItemCache(bounds);
  }

  /** Takes what the bucket's watch says. */
  hear(heard: HeardKey): void {
    this.table.hear(heard);
    this.#cache.forget(heard.key, heard.rev);
    for (const wake of [...(this.#waiting.get(heard.key) ?? [])]) wake(heard);
  }

  /** What is remembered under `id`, not older than `maxAgeMs`. */
  recall(id: string, maxAgeMs: number): Remembered | undefined {
    if (maxAgeMs <= 0) return undefined;
    const found = this.#cache.get(id, this.#moment());
    return found !== undefined && this.ageOf(found) <= maxAgeMs ? found : undefined;
  }

  ageOf({ seenAt }: Remembered): number {
    return this.#clock.now() - seenAt;
  }

  /** Remembers what was read or written, unless something newer was heard in the meantime. */
  keep(id: string, held: { readonly item: ItemAnswer; readonly rev: number }): void {
    if (this.table.isNewest(id, held.rev)) this.#cache.put(id, held, this.#moment());
  }

  /** How much is remembered. */
  get size(): CacheBounds {
    return { entries: this.#cache.size, bytes: this.#cache.bytes };
  }

  forget(id: string, rev: number): void {
    this.#cache.forget(id, rev);
  }

  /** Forgets everything. */
  clear(): void {
    this.#cache.clear();
  }

  /** Resolves when `id` is heard to have changed since the revision `rev`, or after `ms`. @throws the signal's reason */
  changed(id: string, rev: number, limit: { readonly ms: number; readonly signal: AbortSignal }): Promise<void> {
    if (!this.table.isNewest(id, rev) || limit.ms <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (limit.signal.aborted) return reject(limit.signal.reason);
      const end = (settle: () => void) => {
        timer.cancel();
        limit.signal.removeEventListener('abort', onAbort);
        this.#leave(id, wake);
        settle();
      };
      const wake = (heard: HeardKey) => heard.rev > rev && end(resolve);
      const onAbort = () => end(() => reject(limit.signal.reason));
      const timer = this.#clock.after(limit.ms, () => end(resolve));
      limit.signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, (this.#waiting.get(id) ?? new Set()).add(wake));
    });
  }

  #leave(id: string, wake: (heard: HeardKey) => void): void {
    const others = this.#waiting.get(id);
    others?.delete(wake);
    if (others?.size === 0) this.#waiting.delete(id);
  }

  #moment(): Moment {
    return { nowMs: this.#clock.now(), wallMs: this.#clock.wallMs() };
  }
}
