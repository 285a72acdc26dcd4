import type { Call } from '@seedcore/protocol';

/** Who asks: the service that made this call, or `outside` for somebody at a shell. */
export const writerOf = (call: Call): string => call.chain.at(-1) ?? 'outside';
