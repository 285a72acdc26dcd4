import type { Random } from '@seedcore/protocol';

/** Chance inside a thread: the machine's own; not for secrets. */
export const machineRandom: Random = { next: () => Math.random() };
