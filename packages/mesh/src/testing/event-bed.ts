import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import type { EventStore } from '../events/event-store.ts';
import type { EventSeen } from '../report/observer.ts';
import { MemoryBus } from './memory-bus.ts';
import { MemoryEvents } from './memory-events.ts';
import { memoryMesh } from './memory-mesh.ts';

/** Two meshes that keep their durable events in the same place, and everything seen and reported of them. */
export function eventBed() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(2) };
  const bus = new MemoryBus(ports);
  const events = new MemoryEvents(ports.clock);
  const seen: EventSeen[] = [];
  const defects: unknown[] = [];
  const [source, listener] = ['source', 'listener'].map((instance) => {
    const mesh = memoryMesh({ ...ports, bus, instance });
    mesh.keepEventsIn(events);
    mesh.observe({ event: (one) => seen.push(one), defect: (_where, error) => defects.push(error) });
    return mesh;
  });
  if (source === undefined || listener === undefined) throw new Error('two meshes were opened');
  const outcomes = (way: 'in' | 'out') => seen.filter((one) => one.direction === way).map((one) => one.outcome);
  return { ...ports, bus, events, source, listener, outcomes, defects };
}

/** A store that does nothing by itself. */
export const idleStore: EventStore = {
  keep: async () => ({ duplicate: false }),
  consume: () => ({ trouble: () => undefined, stop: () => {}, settled: async () => {} }),
};
