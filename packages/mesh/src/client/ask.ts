import type { Answer } from './answer.ts';
import type { CallTarget } from './call-target.ts';
import type { CallHow } from './prepared-call.ts';

/** Makes one call and everything it needs; layers around calls are functions from one of these to another. */
export type Ask = (target: CallTarget, input: unknown, how: CallHow) => Promise<Answer>;
