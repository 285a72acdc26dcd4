import { setTimeout as pause } from 'node:timers/promises';
import type { Mesh } from '@seedcore/mesh';
import type { Metrics } from '@seedcore/runtime';
import { z } from 'zod';

/** What a process holds when nothing goes on: it should hold no more later. */
export const census = z.object({
  heap_kb: z.number(),
  listeners: z.number(),
  timers: z.number(),
  slots: z.number(),
  handlers: z.number(),
  series: z.number(),
});

/** What a process holds when nothing goes on. */
export type Census = z.infer<typeof census>;

/** What is counted in. */
export type Counted = {
  readonly mesh: Mesh;
  readonly metrics: Metrics;
  /** Listeners of what lives as long as the process, beside those of the process itself. */
  readonly ownListeners: () => number;
};

/** Between two collections what was kept alive by the first may go. */
const COLLECTIONS = 3;
const SETTLE_MS = 100;

/** Collects the garbage and counts what is left. */
export async function takeCensus({ mesh, metrics, ownListeners }: Counted): Promise<Census> {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc();
    await pause(SETTLE_MS);
  }
  const lines = metrics.text().split('\n');
  return {
    heap_kb: Math.round(process.memoryUsage().heapUsed / 1024),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), ownListeners()),
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    slots: mesh.inFlight,
    handlers: sumOf(lines, 'seedcore_in_flight'),
    // A histogram has many lines, and one that counts.
    series: lines.filter((line) => line !== '' && !/^#|_(?:bucket|sum)[{ ]/.test(line)).length,
  };
}

function sumOf(lines: readonly string[], metric: string): number {
  const values = lines.filter((line) => line.startsWith(`${metric}{`)).map((line) => Number(line.split(' ').at(-1)));
  return values.reduce((sum, value) => sum + value, 0);
}
