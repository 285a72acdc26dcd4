import type { Random } from '@seedcore/protocol';

/** The machine's own chance; not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
