import type { TriageStep } from '@seedcore/contracts';
import type { Degraded } from '@seedcore/protocol';

/** The mark of a report some of whose steps are marked: what is missing first, then what others said of their answers. */
export function reportMark(steps: readonly TriageStep[]): Degraded | undefined {
  const answeredNow = ({ source }: TriageStep) => source === 'live' || source === 'cached';
  const ordered = [...steps.filter((step) => !answeredNow(step)), ...steps.filter(answeredNow)];
  const marks = ordered.flatMap(({ degraded }) => degraded ?? []);
  if (marks.length === 0) return undefined;
  const reasons = [...new Set(marks.map(({ reason }) => reason))];
  const source = marks.every((mark) => mark.source === 'cache') ? 'cache' : 'default';
  return { reason: reasons.join(', ').slice(0, 200), source };
}
