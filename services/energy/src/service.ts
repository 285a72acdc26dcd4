import { energy } from '@seedcore/contracts';
import { type Implementation, implement } from '@seedcore/protocol';
import { computeEnergy } from './endpoints/compute-energy.ts';
import { getEnergyState } from './endpoints/get-energy-state.ts';
import { getMode } from './endpoints/get-mode.ts';
import { reportResult } from './endpoints/report-result.ts';
import type { Ports } from './ports.ts';

/** The endpoints of energy. */
export function energyService(ports: Ports): Implementation<typeof energy> {
  return implement(energy, {
    compute_energy: computeEnergy,
    get_energy_state: getEnergyState(ports),
    report_result: reportResult(ports),
    get_mode: getMode(ports),
  });
}
