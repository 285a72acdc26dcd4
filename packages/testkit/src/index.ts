/** Everything a test of a service needs, from one place. */
export { MemoryBus, type MemoryMesh, memoryMesh } from '@seedcore/mesh/testing';
export { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
export {
  type RawReply,
  type StartedService,
  type StartOptions,
  startService,
  type TestHostOptions,
  testHost,
} from '@seedcore/runtime/testing';
