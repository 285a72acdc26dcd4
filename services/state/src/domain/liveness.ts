import type { Liveness } from '@seedcore/contracts';

const ALIVE_MS = 15_000;
const LATE_MS = 60_000;

/** Whether an agent is heard of, by the age of its last heartbeat in ms; only an observation, nobody is declared dead. */
export function livenessOf(ageMs: number | undefined): Liveness {
  if (ageMs === undefined) return 'unknown';
  if (ageMs <= ALIVE_MS) return 'alive';
  return ageMs <= LATE_MS ? 'late' : 'silent';
}
