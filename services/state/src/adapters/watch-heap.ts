import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { isRecord } from '@seedcore/protocol';

/** What a replica may hold, in bytes, and the share of it from which on memory is short. */
const MOST_BYTES = 1_073_741_824;
const SHORT_SHARE = 0.8;

/** How much a process holds. */
export type HeapWatch = {
  /** True while what is left after the last whole collection is near the bound. */
  isShort(): boolean;
  stop(): void;
};

/** Looks after each whole collection at what is left: objects, and buffers outside of the heap. Before it, nobody knows what is garbage. */
export function watchHeap(mostBytes = MOST_BYTES): HeapWatch {
  let left = 0;
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isWhole)) return;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    left = heapUsed + arrayBuffers;
  });
  observer.observe({ entryTypes: ['gc'] });
  return { isShort: () => left >= SHORT_SHARE * mostBytes, stop: () => observer.disconnect() };
}

function isWhole(entry: PerformanceEntry): boolean {
  const detail = 'detail' in entry ? entry.detail : undefined;
  return isRecord(detail) && detail['kind'] === constants.NODE_PERFORMANCE_GC_MAJOR;
}
