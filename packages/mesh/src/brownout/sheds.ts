import type { Criticality } from '@seedcore/protocol';
import type { Brownout } from './brownout.ts';

/** Of a hundred optional calls, how many pass while the organism recovers. */
const RECOVERING_PASS = 10;
/** Of a hundred important calls, how many level 2 sheds. */
const HALF = 50;

/** What decides whether a call is shed. */
export type Sheddable = {
  readonly criticality: Criticality;
  /** Its `Sc-Call`: every attempt of a call meets the same verdict, here and at the callee. */
  readonly id: string;
};

/** True when a call is not to be served at this level. */
export function sheds({ level, recovering }: Brownout, { criticality, id }: Sheddable): boolean {
  if (level === 0 || criticality === 'critical') return false;
  if (criticality === 'important') return level === 3 || (level === 2 && percentileOf(id) < HALF);
  return !(level === 1 && recovering && percentileOf(id) < RECOVERING_PASS);
}

/**
 * A number from 0 to 99 that depends on the whole text; ids made in the same millisecond spread evenly.
 *
 * @source FNV-1a, 32 bit, with the finaliser of MurmurHash3
 */
function percentileOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 100;
}
