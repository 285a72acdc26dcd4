import type { Identity } from '../identity.ts';
import type { Phase } from '../lifecycle/lifecycle.ts';
import type { Metrics } from './metrics.ts';

/** What the process shows about itself; asked at every scrape. */
export type ProcessView = {
  readonly identity: Identity;
  readonly phase: () => Phase;
  readonly connected: () => boolean;
  readonly loopDelayMs: () => number;
};

const PHASES: readonly Phase[] = ['starting', 'ready', 'draining', 'stopped'];

/** Metrics of the process itself. */
export function processMetrics(metrics: Metrics, view: ProcessView): void {
  metrics.gauge({ name: 'seedcore_connected', help: '1 while messages can be sent.' }, (set) =>
    set({}, view.connected() ? 1 : 0),
  );
  metrics.gauge({ name: 'seedcore_lifecycle', help: '1 for the state it is in.', labels: ['state'] }, (set) => {
    for (const state of PHASES) set({ state }, view.phase() === state ? 1 : 0);
  });
  metrics.gauge({ name: 'seedcore_event_loop_delay_seconds', help: 'Median delay of the last second.' }, (set) =>
    set({}, view.loopDelayMs() / 1000),
  );
  metrics
    .gauge({ name: 'seedcore_build_info', help: 'Always 1.', labels: ['version', 'contract'] })
    .set({ version: view.identity.version, contract: view.identity.contract }, 1);
}
