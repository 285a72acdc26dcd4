import type { Operation, Write } from './store-history.ts';

/** store.S8: processes that failed the version gate wrote nothing. */
export function writesPastGate(
  failed: readonly string[],
  operations: readonly Operation[],
  log: readonly Write[],
): readonly string[] {
  const theirs = new Map(operations.filter((one) => failed.includes(one.process)).map((one) => [one.id, one.process]));
  return log.flatMap(({ key, rev, op }) => {
    const process = op === undefined ? undefined : theirs.get(op);
    return process === undefined ? [] : [`store.S8: ${process} failed the gate and wrote ${key} ${rev}`];
  });
}
