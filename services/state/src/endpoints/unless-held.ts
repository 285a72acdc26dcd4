import type { BackupGroup } from '@seedcore/contracts';
import { fail } from '@seedcore/protocol';

type Asked<I, C, R> = (input: I, call: C) => R | Promise<R>;

/** A handler that writes records of `group`, and refuses while a restore holds it. */
export function unlessHeld<I, C, R>(
  held: () => readonly BackupGroup[],
  group: BackupGroup,
  handler: Asked<I, C, R>,
): Asked<I, C, R | ReturnType<typeof restoring>> {
  return (input, call) => (held().includes(group) ? restoring(held()) : handler(input, call));
}

const restoring = (groups: readonly BackupGroup[]) => fail('restoring', { groups: [...groups] });
