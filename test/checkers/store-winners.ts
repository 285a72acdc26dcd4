import type { Operation, Write } from './store-history.ts';

/**
 * store.S2: a creation has exactly one winner, and all get its value. A life of a key begins with the first value after
 * nothing; whoever is told that it created it began one, whoever is told another's value wrote nothing.
 */
export function wrongWinners(operations: readonly Operation[], log: readonly Write[]): readonly string[] {
  const births = birthsOf(log);
  return operations.flatMap(({ id, kind, keys: [key = ''], outcome, winner }) => {
    if (kind !== 'create' || outcome !== 'done') return [];
    const born = births.get(key) ?? new Set();
    if (winner === id) return born.has(id) ? [] : [`store.S2: ${id} is told it created ${key}, which it did not`];
    const lost = born.has(id) ? [`store.S2: ${id} created ${key} and is told that ${winner} did`] : [];
    const real = log.some((write) => write.key === key && write.op === winner);
    return real ? lost : [...lost, `store.S2: ${id} is given a value of ${key} that was never stored`];
  });
}

/** For each key the operations that began a life of it. */
function birthsOf(log: readonly Write[]): ReadonlyMap<string, ReadonlySet<string>> {
  const births = new Map<string, Set<string>>();
  const alive = new Set<string>();
  for (const { key, kind, op } of log) {
    if (kind === 'value' && !alive.has(key) && op !== undefined)
      births.set(key, (births.get(key) ?? new Set<string>()).add(op));
    if (kind === 'value') alive.add(key);
    else alive.delete(key);
  }
  return births;
}
