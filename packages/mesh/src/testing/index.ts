/** A mesh without a network, and what tests of meshes need. */

export type { BusMesh } from '../bus-mesh.ts';
export { openMesh } from '../connect/open-mesh.ts';
export { subjectMatches } from '../faults/subject-match.ts';
export { DirectWriter } from '../nats/direct-writer.ts';
export { NatsMessage } from '../nats/nats-message.ts';
export {
  type EventStoreBed,
  type EventStoreCase,
  type EventStoreProcess,
  eventStoreCases,
} from './event-store-suite.ts';
export { type KvBed, type KvCase, kvCases } from './kv-suite.ts';
export { MemoryBuckets } from './memory-buckets.ts';
export { MemoryBus } from './memory-bus.ts';
export { MemoryEvents } from './memory-events.ts';
export { type MemoryMesh, type MemoryMeshOptions, memoryMesh } from './memory-mesh.ts';
export { MemoryPayloads } from './memory-payloads.ts';
export { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from './memory-transport.ts';
export { spanTree } from './span-tree.ts';
export { type TransportBed, type TransportCase, transportCases } from './transport-suite.ts';
