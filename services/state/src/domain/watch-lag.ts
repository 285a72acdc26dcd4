import type { Degraded } from '@seedcore/protocol';
import type { SnapshotSource } from './snapshot-source.ts';

/** A bucket of which nothing was heard for longer is lagging, in ms: the broker speaks every five seconds, and may be late once. */
export const LAGGING_MS = 12_000;

/** Marks what is made of buckets that the broker was not heard about lately; a bucket not read in full yet is a gap of its own. */
export function watchLag({ buckets }: Pick<SnapshotSource, 'buckets'>): Degraded | undefined {
  const lags = Object.values(buckets).map(({ lagMs }) => lagMs);
  const age_ms = Math.max(0, ...lags.filter(Number.isFinite));
  return age_ms > LAGGING_MS ? { reason: 'watch_lag', source: 'cache', age_ms } : undefined;
}
