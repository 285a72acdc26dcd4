import { Allocation } from './allocation.ts';
import type { SliceSeen } from './slice.ts';

/** Times kept of one slice; later ones are counted, not kept. */
const MOST_TIMES = 1 << 20;
/** Made once, so that measuring allocates nothing that would be counted. */
const times = new Float32Array(MOST_TIMES);

/** How one slice is driven. */
export type SliceLoad = { readonly inFlight: number; readonly ms: number };

/** Keeps `inFlight` calls under way for `ms`, each loop starting its next call when its last one has ended. */
export async function measureSlice(call: () => Promise<unknown>, { inFlight, ms }: SliceLoad): Promise<SliceSeen> {
  let calls = 0;
  const allocation = new Allocation();
  allocation.start();
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  const endAt = beganAt + ms;
  const loop = async () => {
    do {
      const startedAt = performance.now();
      await call();
      if (calls < MOST_TIMES) times[calls] = performance.now() - startedAt;
      calls += 1;
    } while (performance.now() < endAt);
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const elapsedMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const allocatedBytes = allocation.stop();
  const sorted = times.subarray(0, Math.min(calls, MOST_TIMES)).sort();
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return {
    calls,
    elapsedMs,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    cpuMs: (user + system) / 1000,
    allocatedBytes,
  };
}
