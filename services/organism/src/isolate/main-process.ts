import { Worker } from 'node:worker_threads';
import { machineClock } from './clock-machine.ts';
import { heapLimits } from './heap-limits.ts';
import { MemoryGuard } from './memory-guard.ts';
import type { FromIsolate, ToIsolate } from './messages.ts';
import { OUT_OF_MEMORY_EXIT } from './process-exit.ts';

/**
 * Entry of an isolate's process: hands messages through to one thread. The loop here stays free whatever the thread
 * does, so the process ends with its parent and never spins on alone. It hands on its environment: what an isolate is given.
 */
const memoryMb = Number(process.argv[2]);
const worker = new Worker(new URL('./main-thread.ts', import.meta.url), {
  resourceLimits: heapLimits(memoryMb),
});
const guard = new MemoryGuard(worker, memoryMb, { clock: machineClock, over: () => process.exit(OUT_OF_MEMORY_EXIT) });
worker.on('message', (message: FromIsolate) => {
  guard.heard(message);
  process.send?.(message);
});
worker.on('error', (error) => {
  const spent = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  process.exit(spent ? OUT_OF_MEMORY_EXIT : 1);
});
worker.on('exit', () => process.exit(1));
process.on('message', (message: ToIsolate) => {
  worker.postMessage(message);
  guard.said(message);
});
process.on('disconnect', () => process.exit(0));
