import type { Mode } from '@seedcore/contracts';

const levels = { NORMAL: 0, DEGRADED: 1, RECOVERY: 1, EMERGENCY: 3 } as const satisfies Record<Mode, number>;
const levelOfUnknown = 1;

/** How much work is to be shed: 0 none, 1 optional, 3 all but critical; what is unknown counts as DEGRADED. */
export function brownoutLevel(mode: Mode | undefined): number {
  return mode ? levels[mode] : levelOfUnknown;
}
