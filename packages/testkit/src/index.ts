/** Everything a test of a service needs, from one place. */

export { MemoryBus, type MemoryMesh, memoryMesh } from '@seedcore/mesh/testing';
export { forSeeds, SeededRandom, type SeededWork, VirtualClock } from '@seedcore/protocol/testing';
export {
  MemoryReplies,
  type RawReply,
  type ServiceControls,
  type StartedService,
  type StartOptions,
  startService,
  type TestHostOptions,
  testHost,
} from '@seedcore/runtime/testing';
export { type MemoryStore, memoryStore } from '@seedcore/store/testing';
export { type MemoryTasks, memoryTasks } from '@seedcore/tasks/testing';
export * from './bad-input/index.ts';
export { type ConformanceCase, conformance, type Start } from './conformance/conformance.ts';
export * from './invariants/index.ts';
export { standIn } from './stand-in/stand-in.ts';
export type { EventStep, ExpectStep, Step } from './transcript/parse-transcript.ts';
export { type RecordedCall, type ReplayOptions, recordedCall } from './transcript/recorded-call.ts';
export { type TraceMachine, type Transcript, transcript } from './transcript/transcript.ts';
