import type { Effect } from './store-history.ts';

/** store.S12, at the receiver: an epoch below the largest one seen for its key is refused, every other is taken. */
export function unfencedEffects(effects: readonly Effect[]): readonly string[] {
  const newest = new Map<string, number>();
  return effects.flatMap(({ key, epoch, taken }) => {
    const last = newest.get(key) ?? 0;
    newest.set(key, Math.max(last, epoch));
    if (taken && epoch < last) return [`store.S12: ${key} took epoch ${epoch} after ${last}`];
    if (!taken && epoch >= last) return [`store.S12: ${key} refused epoch ${epoch} after ${last}`];
    return [];
  });
}
