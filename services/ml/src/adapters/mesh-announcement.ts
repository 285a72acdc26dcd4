import { ml } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Ports } from '../ports.ts';

/** Publishes drift scores as events. */
export function meshAnnouncement(mesh: Mesh): Ports['announce'] {
  return ({ stream, score, alarm }) => {
    void mesh.publish(ml, 'drift_scored', { stream, score_norm: score, alarm, instance: mesh.instance });
  };
}
