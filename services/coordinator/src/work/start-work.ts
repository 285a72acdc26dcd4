import type { Clock } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import type { TriagePorts } from '../ports.ts';
import { generalRouter } from './router.ts';
import { triageWork } from './triage.ts';

/** What the queues of the coordinator need. */
export type WorkPorts = TriagePorts & { readonly tasks: Tasks; readonly clock: Clock };

const GENERAL_SLOTS = 16;
const TRIAGE_SLOTS = 4;
/** A killed coordinator is noticed sooner than by default: people wait behind its queues. */
const TIMES = { ackWaitMs: 15_000, beatMs: 5_000 };

/** Works the coordinator's own queues; every replica does. */
export function startWork(ports: WorkPorts): { drain(graceMs: number): Promise<void> } {
  const { tasks, clock } = ports;
  const general = tasks.router('general', { slots: GENERAL_SLOTS, times: TIMES, decide: generalRouter(ports) });
  const triage = tasks.worker('triage', {
    slots: TRIAGE_SLOTS,
    times: TIMES,
    handlers: { anomaly_triage: triageWork(ports, clock) },
  });
  const system = tasks.system();
  return {
    async drain(graceMs) {
      await Promise.all([general.drain(graceMs), triage.drain(graceMs), system.drain(graceMs)]);
    },
  };
}
