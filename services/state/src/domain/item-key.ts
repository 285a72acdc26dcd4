import { isToken, sha256 } from '@seedcore/protocol';

/** A store of items. */
export type ItemStore = 'mw' | 'shared_cache';

/** Which item: its store, whose it is (`global`, `organ:<id>` or `agent:<id>`), and its key, any text. */
export type ItemName = { readonly store: ItemStore; readonly scope: string; readonly key: string };

/** Prefix of the keys of items in `<ns>_memory`. */
export const ITEM_PREFIX = 'w.';

/**
 * The key of an item in the bucket: `w.<store>.<scope>.<key>`. A key that is one token is kept as it is, under `k`; of any
 * other the first 32 hex digits of its SHA-256 stand for it, under `h`, so that the two never meet.
 */
export function itemKey({ store, scope, key }: ItemName): string {
  const whose = scope.replace(':', '.');
  return `${ITEM_PREFIX}${store}.${whose}.${isToken(key) ? `k.${key}` : `h.${sha256(key).slice(0, 32)}`}`;
}

/** The store of a key made by {@link itemKey}. */
export const storeOf = (bucketKey: string): ItemStore =>
  bucketKey.startsWith(`${ITEM_PREFIX}shared_cache.`) ? 'shared_cache' : 'mw';
