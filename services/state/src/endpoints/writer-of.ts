import { state } from '@seedcore/contracts';
import type { Call } from '@seedcore/protocol';

/** Who asks: the service that made this call, or `outside` for somebody at a shell; the chain ends with ourselves. */
export const writerOf = ({ chain }: Call): string => chain.findLast((service) => service !== state.name) ?? 'outside';
