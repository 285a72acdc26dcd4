import type { Criticality } from '@seedcore/protocol';
import { textHash } from '../text-hash.ts';
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

/** A number from 0 to 99 that every attempt of a call shares. */
const percentileOf = (id: string): number => textHash(id) % 100;
