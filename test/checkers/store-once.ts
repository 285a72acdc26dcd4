import type { Operation, Write } from './store-history.ts';

/**
 * store.S6 and store.S9: what returned is in the log exactly once, at the revision that was told; what was refused to its
 * caller has no effect; what nobody can know happened once or not at all. Nothing is in the log that nobody asked for.
 */
export function notOnce(operations: readonly Operation[], log: readonly Write[]): readonly string[] {
  const byOp = Map.groupBy(log, ({ op }) => op);
  const byKey = Map.groupBy(log, ({ key }) => key);
  const asked = new Set(operations.map(({ id }) => id));
  const strays = log.filter(({ kind, op }) => kind === 'value' && (op === undefined || !asked.has(op)));
  return [
    ...operations.flatMap((one) =>
      one.keys.flatMap((key, i) => {
        const own = (byOp.get(one.id) ?? []).filter((write) => write.key === key);
        return [...wrongCount(one, key, own), ...wrongRevision(one, i, { own, all: byKey.get(key) ?? [] })];
      }),
    ),
    ...strays.map(({ key, rev, op }) => `store.S6: ${key} ${rev} was written by ${op}, which nobody asked for`),
  ];
}

function wrongCount({ id, kind, outcome, winner }: Operation, key: string, own: readonly Write[]): readonly string[] {
  const what = `${kind} ${id} of ${key}`;
  const revisions = own.map(({ rev }) => rev).join(', ');
  if (outcome === 'unknown') return own.length > 1 ? [`store.S6: ${what} was made twice: ${revisions}`] : [];
  if (outcome === 'refused') return own.length > 0 ? [`store.S9: ${what} was refused, and made: ${revisions}`] : [];
  const due = kind === 'create' && winner !== id ? 0 : 1;
  return own.length === due ? [] : [`store.S6: ${what} is done, and in the log ${own.length} times: ${revisions}`];
}

/** The revision told is that of the write, or one below it with no other write of the key from there on. */
function wrongRevision(
  { id, kind, revs, keys }: Operation,
  i: number,
  { own, all }: { readonly own: readonly Write[]; readonly all: readonly Write[] },
): readonly string[] {
  const told = revs?.[i];
  const [write] = own;
  if (told === undefined || write === undefined) return [];
  const stood = all.find(({ rev }) => rev >= told);
  return stood === write ? [] : [`store.S6: ${kind} ${id} of ${keys[i]} was told ${told}, it is ${write.rev}`];
}
