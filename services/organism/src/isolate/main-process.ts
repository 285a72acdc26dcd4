import { Worker } from 'node:worker_threads';
import { heapLimits } from './heap-limits.ts';
import type { ToIsolate } from './messages.ts';
import { OUT_OF_MEMORY_EXIT } from './process-exit.ts';

/**
 * Entry of an isolate's process: hands messages through to one thread. The loop here stays free whatever the thread
 * does, so the process ends with its parent and never spins on alone.
 */
const worker = new Worker(new URL('./main-thread.ts', import.meta.url), {
  resourceLimits: heapLimits(Number(process.argv[2])),
  env: {},
});
worker.on('message', (message) => process.send?.(message));
worker.on('error', (error) => {
  const spent = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  process.exit(spent ? OUT_OF_MEMORY_EXIT : 1);
});
worker.on('exit', () => process.exit(1));
process.on('message', (message: ToIsolate) => worker.postMessage(message));
process.on('disconnect', () => process.exit(0));
