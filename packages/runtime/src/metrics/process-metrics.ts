import type { Identity } from '../identity.ts';
import type { Phase } from '../lifecycle/lifecycle.ts';
import { metricOf } from './metric-table.ts';
import type { Metrics } from './metrics.ts';

/** What the process shows about itself; asked at every scrape. */
export type ProcessView = {
  readonly identity: Identity;
  readonly phase: () => Phase;
  readonly connected: () => boolean;
  readonly loopDelayMs: () => number;
  readonly brownoutLevel: () => number;
};

const PHASES: readonly Phase[] = ['starting', 'ready', 'draining', 'stopped'];

/** Metrics of the process itself. */
export function processMetrics(metrics: Metrics, view: ProcessView): void {
  metrics.gauge(metricOf('connected'), (set) => set({}, view.connected() ? 1 : 0));
  metrics.gauge(metricOf('lifecycle'), (set) => {
    for (const state of PHASES) set({ state }, view.phase() === state ? 1 : 0);
  });
  metrics.gauge(metricOf('brownout_level'), (set) => set({}, view.brownoutLevel()));
  metrics.gauge(metricOf('event_loop_delay_seconds'), (set) => set({}, view.loopDelayMs() / 1000));
  const { version, contract } = view.identity;
  metrics.gauge(metricOf('build_info')).set({ version, contract }, 1);
}
