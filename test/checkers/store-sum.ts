import type { Write } from './store-history.ts';

/** store.S10: every write of a counter adds one to the number before it, so that the last number counts the writes. */
export function wrongSums(log: readonly Write[]): readonly string[] {
  const sums = new Map<string, number>();
  const wrong: string[] = [];
  for (const { key, rev, n } of log) {
    if (n === undefined) continue;
    const before = sums.get(key) ?? 0;
    if (n !== before + 1) wrong.push(`store.S10: ${key} ${rev} makes ${n} of ${before}`);
    sums.set(key, n);
  }
  return wrong;
}
