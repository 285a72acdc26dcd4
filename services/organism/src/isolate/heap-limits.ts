import type { ResourceLimits } from 'node:worker_threads';

/** Heap for short-lived objects, in MiB. */
const YOUNG_MB = 16;
/** Stack, in MiB. */
const STACK_MB = 4;

/** What a thread whose heap may grow to `memoryMb` is started with. */
export const heapLimits = (memoryMb: number): ResourceLimits => ({
  maxOldGenerationSizeMb: memoryMb,
  maxYoungGenerationSizeMb: YOUNG_MB,
  stackSizeMb: STACK_MB,
});
