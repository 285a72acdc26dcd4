import { type Beat, organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Peers } from '../ports.ts';

/** Most agents in one heartbeat event, and most of them that tell what is new of them, which is up to 5 KB each. */
const MAX_AGENTS = 500;
const MAX_CHANGED = 100;

/** Other replicas of this service: their pings and their beats. */
export function meshPeers(mesh: Mesh): Peers {
  return {
    async ping() {
      const found = await mesh.ping(organism.name);
      return found.filter(({ metadata }) => metadata['ns'] === mesh.ns).map(({ id }) => id);
    },
    beat(beats) {
      for (const agents of inEvents(beats))
        void mesh.publish(organism, 'heartbeat', { instance: mesh.instance, agents });
    },
    onBeat(listener) {
      mesh.subscribe(organism, 'heartbeat', ({ instance, agents }) => listener(instance, agents));
    },
  };
}

/** At least one event, so that a host without agents is heard too. */
export function inEvents(beats: readonly Beat[]): Beat[][] {
  const events: Beat[][] = [[]];
  let changed = 0;
  for (const beat of beats) {
    const full = events.at(-1)?.length === MAX_AGENTS || (beat.changed !== undefined && changed === MAX_CHANGED);
    if (full) {
      events.push([]);
      changed = 0;
    }
    if (beat.changed !== undefined) changed++;
    events.at(-1)?.push(beat);
  }
  return events;
}
