import { isMeshErrorCode } from '@seedcore/protocol';
import { type Checker, eventsOf } from './history.ts';

/** M2: every call ends, once, with a value, a declared failure or a `MeshError`; nothing is open at rest. */
export const callsEnd =
  (declared: ReadonlySet<string>): Checker =>
  (history) => {
    const open = new Map(eventsOf(history, 'call_started').map(({ call, target }) => [call, target]));
    const calls = open.size;
    const violations: string[] = [];
    for (const { call, outcome } of eventsOf(history, 'call_ended')) {
      if (!open.delete(call)) violations.push(`M2: call ${call} ended twice, or never began`);
      if (outcome !== 'ok' && !declared.has(outcome) && !isMeshErrorCode(outcome))
        violations.push(`M2: call ${call} ended with ${outcome}`);
    }
    for (const [call, target] of open) violations.push(`M2: call ${call} to ${target} never ended`);
    return { violations, sometimes: calls };
  };
