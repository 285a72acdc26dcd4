import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { ReplicaBus } from '../replicas/replica-desk.ts';

/** Questions among replicas, as events of the mesh; without a connection nobody hears them. */
export function meshReplicas(mesh: Mesh): ReplicaBus {
  return {
    ask: (asked) => void mesh.publish(organism, 'replica_asked', asked),
    tell: (told) => void mesh.publish(organism, 'replica_told', told),
    onAsked: (listener) => void mesh.subscribe(organism, 'replica_asked', listener),
    onTold: (listener) => void mesh.subscribe(organism, 'replica_told', listener),
  };
}
