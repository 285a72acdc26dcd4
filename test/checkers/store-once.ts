import type { Operation, Write } from './store-history.ts';

/**
 * store.S6 and store.S9: what returned is in the log exactly once, at the revision that was told; what was refused to its
 * caller has no effect; what nobody can know happened once or not at all. Nothing is in the log that nobody asked for.
 */
export function notOnce(operations: readonly Operation[], log: readonly Write[]): readonly string[] {
  const byOp = Map.groupBy(log, ({ op }) => op);
  const asked = new Set(operations.map(({ id }) => id));
  const strays = log.filter(({ kind, op }) => kind === 'value' && (op === undefined || !asked.has(op)));
  return [
    ...operations.flatMap((one) => one.keys.flatMap((key, i) => wrongFor(one, i, writesOf(byOp.get(one.id), key)))),
    ...strays.map(({ key, rev, op }) => `store.S6: ${key} ${rev} was written by ${op}, which nobody asked for`),
  ];
}

const writesOf = (writes: readonly Write[] = [], key: string) => writes.filter((write) => write.key === key);

function wrongFor(one: Operation, i: number, writes: readonly Write[]): readonly string[] {
  const { id, kind, outcome, revs, winner } = one;
  const what = `${kind} ${id} of ${one.keys[i]}`;
  const revisions = writes.map(({ rev }) => rev).join(', ');
  if (outcome === 'unknown') return writes.length > 1 ? [`store.S6: ${what} was made twice: ${revisions}`] : [];
  if (outcome === 'refused') return writes.length > 0 ? [`store.S9: ${what} was refused, and made: ${revisions}`] : [];
  const due = kind === 'create' && winner !== id ? 0 : 1;
  if (writes.length !== due) return [`store.S6: ${what} is done, and in the log ${writes.length} times: ${revisions}`];
  const told = revs?.[i];
  const off = due === 1 && told !== undefined && told !== writes[0]?.rev;
  return off ? [`store.S6: ${what} was told revision ${told}, it is ${revisions}`] : [];
}
