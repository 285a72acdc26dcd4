import type { Call } from '@seedcore/protocol';

/** Time the rest of the answer takes, in ms. */
const REST_MS = 2000;

/** How long to wait for the end of work: as asked, as far as the call's own time allows, in ms. */
export const patience = (call: Pick<Call, 'left'>, wishedMs: number): number =>
  Math.max(0, Math.min(wishedMs, call.left() - REST_MS));
