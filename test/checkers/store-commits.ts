import type { Operation, Reading, Write } from './store-history.ts';

type Commit = { readonly id: string; readonly keys: readonly string[]; readonly revs: ReadonlyMap<string, number> };

/** store.S5, in the log: a commit has all of its changes, one right after the other, or none of them. */
export function halfCommits(operations: readonly Operation[], log: readonly Write[]): readonly string[] {
  return commitsOf(operations, log).flatMap(({ id, keys, revs }) => {
    if (revs.size === 0) return [];
    const all = [...revs.values()].sort((a, b) => a - b);
    const whole = revs.size === keys.length && (all.at(-1) ?? 0) - (all[0] ?? 0) === keys.length - 1;
    return whole ? [] : [`store.S5: of commit ${id} of ${keys.length} changes these are made: ${all.join(', ')}`];
  });
}

/**
 * store.S5, to readers: whoever has seen one change of a commit sees all others from then on. Readings of a leader that was
 * cut off may be old, so this holds for histories without one.
 */
export function halfSeen(
  operations: readonly Operation[],
  log: readonly Write[],
  readings: readonly Reading[],
): readonly string[] {
  const ordered = [...readings].sort((a, b) => a.start - b.start);
  return commitsOf(operations, log).flatMap(({ id, revs }) => {
    const reached = ({ key, rev }: Reading) => rev >= (revs.get(key) ?? Number.POSITIVE_INFINITY);
    const seenAt = Math.min(...ordered.filter(reached).map(({ end }) => end));
    const late = ordered.find((one) => one.start >= seenAt && revs.has(one.key) && !reached(one));
    return late === undefined ? [] : [`store.S5: ${late.process} read ${late.key} ${late.rev}, half of commit ${id}`];
  });
}

function commitsOf(operations: readonly Operation[], log: readonly Write[]): readonly Commit[] {
  const byOp = Map.groupBy(log, ({ op }) => op);
  return operations.flatMap(({ id, kind, keys }) => {
    if (kind !== 'commit') return [];
    return [{ id, keys, revs: new Map((byOp.get(id) ?? []).map(({ key, rev }) => [key, rev])) }];
  });
}
