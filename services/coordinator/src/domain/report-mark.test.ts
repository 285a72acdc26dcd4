import type { TriageStep } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { reportMark } from './report-mark.ts';
import { answered, needless, standIn, unreached } from './triage-step.ts';

const ML = { step: 'detect', service: 'ml', endpoint: 'detect_anomaly' };
const COGNITIVE = { step: 'reason', service: 'cognitive', endpoint: 'reason_about_failure' };
const told = { ms: 1, detail: () => 'done' };
const noModel = { reason: 'no_model', source: 'default' } as const;

test('answers that are live and steps nobody needed leave the report unmarked', () => {
  const lines: TriageStep[] = [answered(ML, { value: 1 }, told).line, needless(COGNITIVE, 'not escalated').line];
  expect(reportMark(lines)).toBeUndefined();
});

test('what is missing is named before what others marked', () => {
  const live = answered(COGNITIVE, { value: 1, degraded: noModel }, told);
  const stand = standIn(unreached<number>(ML, 'no_responder', 3), 2, 'robust z');
  expect(live.line).toMatchObject({ source: 'live', degraded: noModel });
  expect(stand.line).toMatchObject({ source: 'default', detail: 'no answer: no_responder; robust z' });
  expect(reportMark([live.line, stand.line])).toEqual({ reason: 'ml_unavailable, no_model', source: 'default' });
});

test('a report that rests on older answers alone says cache', () => {
  const old = answered(ML, { value: 1, degraded: { reason: 'timeout', source: 'cache' } }, told);
  expect(old.line.source).toBe('cached');
  expect(reportMark([old.line])).toEqual({ reason: 'timeout', source: 'cache' });
});
