import { GCProfiler, getHeapStatistics } from 'node:v8';

/**
 * Counts the bytes allocated on the JavaScript heap: how far the heap has grown between collections, taken from the
 * statistics V8 keeps of each one. With a large young generation there are few, so that counting costs nothing.
 */
export class Allocation {
  readonly #profiler = new GCProfiler();
  #usedBytes = 0;

  /** Begins to count. */
  start(): void {
    this.#profiler.start();
    this.#usedBytes = getHeapStatistics().used_heap_size;
  }

  /** Bytes allocated since `start`. */
  stop(): number {
    const endBytes = getHeapStatistics().used_heap_size;
    const { statistics } = this.#profiler.stop();
    let usedBytes = this.#usedBytes;
    let allocated = 0;
    for (const { beforeGC, afterGC } of statistics) {
      allocated += Math.max(0, beforeGC.heapStatistics.usedHeapSize - usedBytes);
      usedBytes = afterGC.heapStatistics.usedHeapSize;
    }
    return allocated + Math.max(0, endBytes - usedBytes);
  }
}
