import type { MeshObserver } from '@seedcore/mesh';
import type { Clock } from '@seedcore/protocol';
import { LineLimiter } from './line-limiter.ts';
import type { Log } from './log.ts';

/** Most lines per second about what stood in for one endpoint; what follows is counted in the next. */
const LINES_PER_SECOND = 5;

/** Says in the log what is wrong with the broker or on purpose, which settings are not used, and what is not live. */
export function logMesh(log: Log, clock: Clock): MeshObserver {
  const limiter = new LineLimiter(clock, LINES_PER_SECOND);
  return {
    jsUnreachable: (server, left) =>
      log.error({ server, left }, 'JetStream does not answer on this server: what needs it is off'),
    decision: (target, decided) => {
      const held = decided.layer === 'fallback' ? limiter.pass(target) : undefined;
      if (decided.layer !== 'fallback' || held === undefined) return;
      const { decision: source, code } = decided;
      log.warn({ target, source, code, ...(held > 0 && { suppressed: held }) }, 'no answer: a fallback stood in');
    },
    faults: (on) => (on.length > 0 ? log.error({ on }, 'faults are on, on purpose') : log.warn('faults are off again')),
    configRejected: (key, reason) => log.warn({ key, reason }, 'a setting is not used; the last good one holds'),
  };
}
