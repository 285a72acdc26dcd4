import { Worker } from 'node:worker_threads';
import type { Carrier, CarrierEvents, Fault, StartCarrier } from './carrier.ts';
import { machineClock } from './clock-machine.ts';
import { heapLimits } from './heap-limits.ts';
import { MemoryGuard } from './memory-guard.ts';
import type { FromIsolate } from './messages.ts';

/** How Node says that a thread went beyond its heap. */
const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
const ENTRY = new URL('./main-thread.ts', import.meta.url);

/** A worker thread of this process that runs `entry`: no connection, no credentials, an empty environment. */
export const startThreadOf =
  (entry: URL): StartCarrier =>
  (memoryMb, events) =>
    start(entry, memoryMb, events);

/** One that serves the skills there are. */
export const startThread: StartCarrier = startThreadOf(ENTRY);

function start(entry: URL, memoryMb: number, { heard, gone }: CarrierEvents): Carrier {
  const worker = new Worker(entry, { resourceLimits: heapLimits(memoryMb), env: {}, name: 'agent' });
  let fault: Fault = { code: 'isolate_lost', message: 'the thread ended by itself' };
  const guard = new MemoryGuard(worker, memoryMb, {
    clock: machineClock,
    over: (spent) => {
      fault = spent;
      void worker.terminate();
    },
  });
  worker.on('message', (message: FromIsolate) => {
    guard.heard(message);
    heard(message);
  });
  worker.on('error', (error) => {
    fault = faultOf(error);
  });
  worker.on('exit', () => {
    guard.rest();
    gone(fault);
  });
  return {
    post: (message) => {
      worker.postMessage(message);
      guard.said(message);
    },
    end: () => void worker.terminate(),
  };
}

function faultOf(error: unknown): Fault {
  const message = error instanceof Error ? error.message.slice(0, 300) : String(error).slice(0, 300);
  const spent = error instanceof Error && 'code' in error && error.code === OUT_OF_MEMORY;
  return { code: spent ? 'out_of_memory' : 'isolate_lost', message };
}
