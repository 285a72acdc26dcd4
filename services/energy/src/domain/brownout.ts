import type { Mode } from '@seedcore/contracts';

const levels = { NORMAL: 0, DEGRADED: 1, RECOVERY: 1, EMERGENCY: 3 } as const satisfies Record<Mode, number>;
const levelOfUnknown = 1;

/**
 * How much work is to be shed: 0 none, 1 optional, 3 all but critical; what is unknown counts as DEGRADED. A mesh that
 * has just started is in RECOVERY too, without a single change of mode: it recovers from nothing, and sheds nothing.
 *
 * @param changes changes of mode so far
 */
export function brownoutLevel(mode: Mode | undefined, changes: number): number {
  if (mode === undefined) return levelOfUnknown;
  return mode === 'RECOVERY' && changes === 0 ? 0 : levels[mode];
}
