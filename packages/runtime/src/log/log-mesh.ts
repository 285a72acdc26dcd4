import type { MeshObserver } from '@seedcore/mesh';
import type { Log } from './log.ts';

/** Says in the log what an operator did that is not used. */
export function logMesh(log: Log): MeshObserver {
  return {
    configRejected: (key, reason) => log.warn({ key, reason }, 'a setting is not used; the last good one holds'),
  };
}
