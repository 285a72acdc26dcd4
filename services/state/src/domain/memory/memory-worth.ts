import type { MemoryItem } from '@seedcore/contracts';

const DAY_MS = 86_400_000;
/** Age at which the part of a memory's worth that freshness makes is halved. */
const HALF_LIFE_MS = 30 * DAY_MS;
/** Hits beyond this add nothing. */
const MOST_HITS = 10;
/** What is left when a limit was passed, so that not every further memory costs an eviction. */
const KEPT_SHARE = 0.95;

/** How many memories of the long term are kept. */
export type MemoryLimits = { readonly perAgent: number; readonly total: number };

/** The limits in use. */
export const memoryLimits: MemoryLimits = { perAgent: 5000, total: 200_000 };

/** What the worth of a memory depends on. */
export type Weighed = Pick<MemoryItem, 'salience' | 'hits' | 'created_at'>;

/**
 * What a memory is worth keeping, in [0, 1]: 0.5·salience (unknown = 0) + 0.3·2^(−age/30 d) + 0.2·min(1, hits/10).
 */
export function memoryWorth({ salience, hits, created_at }: Weighed, wallMs: number): number {
  const ageMs = Math.max(0, wallMs - Date.parse(created_at));
  return 0.5 * (salience ?? 0) + 0.3 * 2 ** (-ageMs / HALF_LIFE_MS) + 0.2 * Math.min(1, hits / MOST_HITS);
}

/** A memory with its key. */
export type Keyed<T> = { readonly key: string; readonly item: T };

/** The memories that go when there are more than `limit`: those of least worth, ties by key, until 95 % of it are left. */
export function leastWorth<K extends Keyed<Weighed>>(all: readonly K[], limit: number, wallMs: number): K[] {
  if (all.length <= limit) return [];
  return all
    .map((one) => ({ one, worth: memoryWorth(one.item, wallMs) }))
    .sort((a, b) => a.worth - b.worth || (a.one.key < b.one.key ? -1 : 1))
    .slice(0, all.length - Math.floor(limit * KEPT_SHARE))
    .map(({ one }) => one);
}
