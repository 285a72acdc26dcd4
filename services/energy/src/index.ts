/** How well the organism is arranged, and how hard it may work. */
export type { ModeView, Ports, ResultRecord, Results, Samples, Verdict } from './ports.ts';
export { energyService } from './service.ts';
