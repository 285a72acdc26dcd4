import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Peers } from '../ports.ts';

/** Most agents in one heartbeat event. */
const MAX_AGENTS = 500;

/** Other replicas of this service: their pings and their beats. */
export function meshPeers(mesh: Mesh): Peers {
  return {
    async ping() {
      const found = await mesh.ping(organism.name);
      return found.filter(({ metadata }) => metadata['ns'] === mesh.ns).map(({ id }) => id);
    },
    beat(beats) {
      for (let i = 0; i === 0 || i < beats.length; i += MAX_AGENTS)
        void mesh.publish(organism, 'heartbeat', { instance: mesh.instance, agents: beats.slice(i, i + MAX_AGENTS) });
    },
    onBeat(listener) {
      mesh.subscribe(organism, 'heartbeat', ({ instance, agents }) => listener(instance, agents));
    },
  };
}
