import type { Counted } from './space-saving.ts';

/** Counts are kept so long after they were written last, in ms. */
export const MISSES_KEPT_MS = 25 * 3_600_000;

/** A store whose misses are counted; `miss_tracker` are those somebody reported by hand. */
export type MissStore = 'mw' | 'shared_cache' | 'miss_tracker';

/** The stores whose misses are counted. */
export const missStores = ['mw', 'shared_cache', 'miss_tracker'] as const;

/** What was asked for in vain. */
export type MissedKey = { readonly store: MissStore; readonly scope: string; readonly key: string };

/** What one run of a replica counted in an hour; `hour` counts from 1970. */
export type MissRecord = {
  readonly hour: number;
  readonly run: string;
  readonly instance: string;
  readonly totals: Readonly<Record<MissStore, number>>;
  readonly counted: readonly Counted[];
};

/** A missed key as one name; neither a store nor a scope contains a line break. */
export const missName = ({ store, scope, key }: MissedKey): string => `${store}\n${scope}\n${key}`;

/** The missed key behind a name made by {@link missName}. */
export function missedKey(name: string): MissedKey {
  const [first = '', scope = ''] = name.split('\n', 2);
  const store = missStores.find((one) => one === first) ?? 'miss_tracker';
  return { store, scope, key: name.slice(first.length + scope.length + 2) };
}
