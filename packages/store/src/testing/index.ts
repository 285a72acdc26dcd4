/** The store over a broker in memory: the same records, leases and watches, with faults on demand. */

/** For tests that plant a bug in it. */
export { Belief } from '../lease/belief.ts';
export type { Fate, Fates } from './fates.ts';
export { MemoryBroker } from './memory-broker.ts';
export { MemoryJetStream } from './memory-jetstream.ts';
export { type MemoryStore, memoryStore } from './memory-store.ts';
