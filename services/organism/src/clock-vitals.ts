import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Vitals } from './endpoints/get-organism-status.ts';

/** Resolution of the measurement, which is also its floor, in ms. */
const RESOLUTION_MS = 20;

/** How this process is: delay of its event loop, and memory. */
export function processVitals(): Vitals {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const lagAt = (percentile: number) => {
    const lagMs = Math.max(0, delay.percentile(percentile) / 1e6 - RESOLUTION_MS);
    return Number.isFinite(lagMs) ? Math.round(lagMs * 10) / 10 : 0;
  };
  return {
    lagMs: () => lagAt(50),
    lagP99Ms: () => lagAt(99),
    rssMb: () => Math.round(process.memoryUsage.rss() / 1_048_576),
  };
}
