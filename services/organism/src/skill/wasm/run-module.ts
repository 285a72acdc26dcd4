import { Worker } from 'node:worker_threads';
import { machineClock } from '../../isolate/clock-machine.ts';
import { heapLimits } from '../../isolate/heap-limits.ts';
import type { ModuleEnd, ModuleOrder } from './module-run.ts';

/** Heap of the thread of a module, in MiB; the memory of the module itself lies outside of it. */
const HEAP_MB = 48;
const ENTRY = new URL('./main-module.ts', import.meta.url);

/** A module to be run, and for how long at most. */
export type RunModule = ModuleOrder & { readonly timeoutMs: number };

/** What hears of it, and what ends it. */
export type ModulePorts = { readonly signal: AbortSignal; readonly log: (line: string) => void };

type Said = { readonly line: string } | { readonly ended: ModuleEnd } | { readonly began: true };
/** Longest start of the thread, in ms; it is not the time of the module. */
const START_MS = 10_000;

/** How it ended: by itself, because its time was over, or because somebody ended it. */
export type ModuleOutcome = ModuleEnd | { readonly end: 'too_slow' } | { readonly end: 'stopped' };

/** Runs a module in a thread of its own, which is ended with the signal and after its time; resolves when it is gone. */
export async function runModule(order: RunModule, { signal, log }: ModulePorts): Promise<ModuleOutcome> {
  const { bytes, input, pages, timeoutMs } = order;
  const workerData = { bytes, input, pages };
  const worker = new Worker(ENTRY, { workerData, resourceLimits: heapLimits(HEAP_MB), env: {} });
  const done = Promise.withResolvers<ModuleOutcome>();
  const stop = () => done.resolve({ end: 'stopped' });
  // A real thread takes real time, whatever clock its caller goes by.
  let timer = machineClock.after(START_MS + timeoutMs, () => done.resolve({ end: 'too_slow' }));
  worker.on('message', (said: Said) => {
    if ('line' in said) log(said.line);
    else if ('ended' in said) done.resolve(said.ended);
    else {
      timer.cancel();
      timer = machineClock.after(timeoutMs, () => done.resolve({ end: 'too_slow' }));
    }
  });
  worker.on('error', (cause) => done.resolve({ end: 'trapped', why: String(cause).slice(0, 300) }));
  worker.on('exit', () => done.resolve({ end: 'trapped', why: 'its thread ended by itself' }));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const ended = await done.promise;
  signal.removeEventListener('abort', stop);
  timer.cancel();
  await worker.terminate();
  return ended;
}
