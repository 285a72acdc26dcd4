/** A mesh without a network, and what tests of meshes need. */
export { MemoryBus } from './memory-bus.ts';
export { type MemoryMesh, type MemoryMeshOptions, memoryMesh } from './memory-mesh.ts';
export { type MemoryTransport, type MemoryTransportOptions, memoryTransport } from './memory-transport.ts';
