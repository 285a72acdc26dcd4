import { MeshError } from '@seedcore/protocol';
import { connectionLost } from '../report/blameless.ts';
import type { Receiver } from './receiver.ts';

/** The error of a request whose time is over; a reply that may be lost with the connection accuses nobody. */
export function lateError({ facts, interrupted }: Pick<Receiver, 'facts' | 'interrupted'>): MeshError {
  return interrupted ? connectionLost(facts) : new MeshError('timeout', facts);
}
