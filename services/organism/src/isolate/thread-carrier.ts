import { Worker } from 'node:worker_threads';
import type { Fault, StartCarrier } from './carrier.ts';
import { heapLimits } from './heap-limits.ts';
import type { FromIsolate } from './messages.ts';

/** How Node says that a thread went beyond its heap. */
const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
const ENTRY = new URL('./main-thread.ts', import.meta.url);

/** A worker thread of this process: no connection, no credentials, an empty environment. */
export const startThread: StartCarrier = (memoryMb, { heard, gone }) => {
  const worker = new Worker(ENTRY, { resourceLimits: heapLimits(memoryMb), env: {}, name: 'agent' });
  let fault: Fault = { code: 'isolate_lost', message: 'the thread ended by itself' };
  worker.on('message', (message: FromIsolate) => heard(message));
  worker.on('error', (error) => {
    fault = faultOf(error);
  });
  worker.on('exit', () => gone(fault));
  return {
    post: (message) => worker.postMessage(message),
    end: () => void worker.terminate(),
  };
};

function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message.slice(0, 300) : String(error).slice(0, 300);
  const spent = error instanceof Error && 'code' in error && error.code === OUT_OF_MEMORY;
  return { code: spent ? 'out_of_memory' : 'isolate_lost', message };
}
