import type { KillKind } from '@seedcore/contracts';
import { describe, expect, test } from 'vitest';
import { buildOutcome } from './build-outcome.ts';
import type { SkillEnd, StopKind } from './skill-end.ts';
import { breakerEndOf, killedVerdict, pastRun, runEndOf, verdictOf } from './verdict.ts';

const ended = (end: SkillEnd, stop?: StopKind) => verdictOf(end, stop);
const killed = (kind: KillKind, respawn = true) => killedVerdict({ kind, reason: 'no news', respawn });
const stopped: SkillEnd = { end: 'stopped', by: 'terminate' };

describe('what follows from a run', () => {
  test.each([
    ['a result ends the task', ended({ end: 'ok', output: 1 }), 'done', 'ok'],
    ['a declared failure is an answer', ended({ end: 'failed', code: 'x', message: 'x', data: {} }), 'failed', 'error'],
    [
      'a defect is worth another run',
      ended({ end: 'defect', code: 'threw', message: 'x', retryable: true }),
      'again',
      'error',
    ],
    [
      'a hopeless defect is not',
      ended({ end: 'defect', code: 'x', message: 'x', retryable: false }),
      'failed',
      'error',
    ],
    ['its own time-out is worth another run', killed('run'), 'again', 'timeout'],
    ['unless it would only time out again', killed('run', false), 'failed', 'timeout'],
    ['so is silence', killed('silent'), 'again', 'killed'],
    ['somebody else has ended it', ended(stopped, 'fenced'), 'stopped', 'lost'],
    ['who cancelled knows', ended(stopped, 'cancel'), 'stopped', 'cancelled'],
    ['a deadline is the end', ended(stopped, 'deadline'), 'stopped', 'timeout'],
    ['a drain hands back', ended(stopped, 'drain'), 'stopped', 'handed_back'],
  ] as const)('%s', (_, verdict, is, end) => {
    expect(verdict.is).toBe(is);
    expect(runEndOf(verdict)).toBe(end);
  });

  test('history says why in one line', () => {
    expect(pastRun(2, killed('idle'), 2000.4)).toEqual({
      attempt: 2,
      outcome: 'killed',
      kind: 'idle',
      ms: 2000,
      reason: 'killed: no news',
    });
  });
});

test('an outcome invents no quality, no tokens and no meter', () => {
  const facts = { task_id: 't', attempt: 1, epoch: 7, organ_id: 'o', agent_id: 'a', skill: 's', trace_id: 'x' };
  const outcome = buildOutcome(facts, { state: 'succeeded', result: 1 }, { history: [], busyMs: 12.4 });
  expect(outcome.quality).toBeNull();
  expect(outcome.usage).toEqual({
    busy_ms: 12,
    llm_calls: 0,
    tokens_in: 0,
    tokens_out: 0,
    money_micros: 0,
    metered: false,
  });
});

test('a skill is blamed for its defects and for being killed, neither for its answers nor for a service that is away', () => {
  const defect = (code: string): SkillEnd => ({ end: 'defect', code, message: code, retryable: true });
  const blame = (end: SkillEnd) => breakerEndOf(ended(end));
  expect([blame(defect('threw')), blame(defect('internal')), breakerEndOf(killed('run'))]).toEqual([
    'bad',
    'bad',
    'bad',
  ]);
  for (const code of ['unavailable', 'no_responder', 'timeout', 'circuit_open'])
    expect(blame(defect(code)), code).toBe('neither');
  expect(blame({ end: 'failed', code: 'too_long', message: 'too long', data: {} })).toBe('good');
  expect(breakerEndOf(killed('manual'))).toBe('neither');
});
