import type { Decision } from '@seedcore/resilience';
import type { AttemptTold, Told } from '../record/call-story.ts';

/** A decision in two or three words out of closed lists, as in `retry stop budget`. */
export function decisionText(what: Decision): string {
  const reason = 'reason' in what && what.reason !== undefined ? ` ${what.reason}` : '';
  return `${what.layer} ${what.decision}${reason}`;
}

/** Everything that was decided about a call, in order; undefined where that was nothing. */
export function decisionsOf(told: readonly Told[] | undefined): readonly string[] | undefined {
  const decisions = (told ?? []).flatMap(({ what }) => (isDecision(what) ? [decisionText(what)] : []));
  return decisions.length === 0 ? undefined : decisions;
}

/** What was decided last, unless an attempt has ended since. */
export function lastDecision(told: readonly Told[] | undefined): readonly string[] | undefined {
  const last = told?.at(-1)?.what;
  return last !== undefined && isDecision(last) ? [decisionText(last)] : undefined;
}

const isDecision = (what: Decision | AttemptTold): what is Decision => what.layer !== 'attempt';
