import type { CrashPoint } from './crash-point.ts';

/** Does nothing: in a process that is not asked to die, crash points are empty. */
export function reach(_point: CrashPoint): void {}
