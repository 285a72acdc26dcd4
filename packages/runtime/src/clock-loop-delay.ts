import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '@seedcore/protocol';

/** How often the event loop is looked at, in ms. */
const RESOLUTION_MS = 50;
const WINDOW_MS = 1_000;

/** How far the event loop is behind. */
export type LoopDelay = {
  /** Median of the last second, in ms. */
  medianMs(): number;
  stop(): void;
};

/** Measures the event loop of this process. */
export function measureLoopDelay(clock: Clock): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let measuredAt = clock.now();
  let median = 0;
  const medianMs = () => {
    if (clock.now() - measuredAt < WINDOW_MS) return median;
    // The histogram counts the time between two looks, of which the resolution is no delay.
    median = Math.max(0, histogram.percentile(50) / 1e6 - RESOLUTION_MS);
    measuredAt = clock.now();
    histogram.reset();
    return median;
  };
  return { medianMs, stop: () => void histogram.disable() };
}
