import type { MeshObserver } from '@seedcore/mesh';
import type { Log } from './log.ts';

/** Says in the log what is wrong with the broker, and what an operator wrote that is not used. */
export function logMesh(log: Log): MeshObserver {
  return {
    jsUnreachable: (server, left) =>
      log.error({ server, left }, 'JetStream does not answer on this server: what needs it is off'),
    configRejected: (key, reason) => log.warn({ key, reason }, 'a setting is not used; the last good one holds'),
  };
}
