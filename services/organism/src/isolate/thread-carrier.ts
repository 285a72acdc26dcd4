import { Worker } from 'node:worker_threads';
import type { Carrier, CarrierEvents, Fault, StartCarrier } from './carrier.ts';
import { machineClock } from './clock-machine.ts';
import { heapLimits } from './heap-limits.ts';
import type { IsolateEnv } from './isolate-env.ts';
import { MemoryGuard } from './memory-guard.ts';
import type { FromIsolate } from './messages.ts';

/** How Node says that a thread went beyond its heap. */
const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
const ENTRY = new URL('./main-thread.ts', import.meta.url);

/** A worker thread of this process that runs `entry`: no connection, no credentials, no environment but `env`. */
export const startThreadOf =
  (entry: URL, env: IsolateEnv): StartCarrier =>
  (memoryMb, events) =>
    watched(new Worker(entry, { resourceLimits: heapLimits(memoryMb), env, name: 'agent' }), memoryMb, events);

/** One that serves the skills there are. */
export const startThread = (env: IsolateEnv): StartCarrier => startThreadOf(ENTRY, env);

function watched(worker: Worker, memoryMb: number, { heard, gone }: CarrierEvents): Carrier {
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
