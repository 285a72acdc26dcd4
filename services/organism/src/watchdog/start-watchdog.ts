import { url as inspected } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '@seedcore/protocol';
import type { IsolateEnv } from '../isolate/isolate-env.ts';
import { STANDSTILLS, type Watched } from './watched.ts';

/** A main loop that does not turn for so long never will, in ms: its agents are elsewhere by then. */
const FROZEN_MS = 30_000;
/** Heap of a thread that only waits, in MiB. */
const HEAP_MB = 16;
const ENTRY = new URL('./main-watchdog.ts', import.meta.url);

/** How a watchdog is started. */
export type WatchdogOptions = {
  readonly clock: Clock;
  readonly env: IsolateEnv;
  readonly frozenMs?: number;
  /** There is no watchdog any more. */
  readonly failed: (cause: unknown) => void;
};

/** Has a thread kill this process when its main loop is frozen; not while somebody debugs it. */
export function startWatchdog({ clock, env, failed, frozenMs = FROZEN_MS }: WatchdogOptions): { stop(): void } {
  if (inspected() !== undefined) return { stop: () => undefined };
  const waitMs = frozenMs / STANDSTILLS;
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: Watched = { turns, waitMs };
  const limits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 4 };
  const thread = new Worker(ENTRY, { workerData, env, resourceLimits: limits, name: 'watchdog' });
  thread.on('error', failed);
  thread.unref();
  let timer: Timer;
  const turn = () => {
    Atomics.add(turns, 0, 1);
    Atomics.notify(turns, 0);
    timer = clock.after(waitMs / 3, turn);
  };
  turn();
  return {
    stop: () => {
      timer.cancel();
      void thread.terminate();
    },
  };
}
