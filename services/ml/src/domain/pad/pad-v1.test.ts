import { expect, test } from 'vitest';
import { padV1 } from './pad-v1.ts';

test.each<[readonly string[], string, number, number, number, boolean]>([
  [[], 'build api', 0, 0, 0, false],
  [['done'], 'build api', 0, 0, 0.2, false],
  [['build api completed'], 'build api', 1, 0, 0.2, false],
  [['Build API, completed success'], 'build api', 0.5, 0, 0.4, true],
  [['Build API', 'completed success'], 'build api', 1, 0, 0.4, true],
  [['error', 'error', 'error'], 'build api', 0, 0.6, 0, false],
  [['error failed', 'retry', 'unable'], 'build api', 0, 0.8, 0, false],
  [['error failed retry unable trying again'], 'build api', 0, 1, 0, false],
  [['error failed', 'error failed', 'z'], 'build api', 0, 0.8, 0, false],
  [['error failed retry', 'error failed retry', 'z'], 'build api', 0, 1, 0, false],
  [['maybe done success processed completed'], 'build api', 0, 0, 0.7, false],
  [['maybe might completed success'], 'build api', 0, 0, 0.2, false],
  [['unsuccessful, abandoned'], 'build api', 0, 0, 0.4, false],
  [['build build build'], 'build build api', 0.5, 0, 0, false],
])('organism.A7 ml.A15: %j for %j scores %f %f %f', (segments, goal, p, a, d, healthy) => {
  const score = padV1({ goal, segments: [...segments] });
  expect(Math.max(Math.abs(score.p - p), Math.abs(score.a - a), Math.abs(score.d - d))).toBeLessThan(1e-9);
  expect([score.healthy, score.diagnosis === undefined]).toEqual([healthy, healthy]);
});

test('organism.A7: P = 0.2, A = 0.8 and D = 0.3 exactly are unhealthy, each with its name', () => {
  const well = 'one two three four five done success processed';
  const diagnosis = (goal: string, ...segments: string[]) => padV1({ goal, segments }).diagnosis;
  expect(padV1({ goal: 'one six seven eight nine', segments: [well] }).p).toBe(0.2);
  expect(diagnosis('one six seven eight nine', well)).toBe('divergence');
  expect(padV1({ goal: 'one', segments: [`${well} error failed retry unable`] }).a).toBe(0.8);
  expect(diagnosis('one', `${well} error failed retry unable`)).toBe('stall');
  expect(padV1({ goal: 'one', segments: ['one done success maybe'] }).d).toBe(0.3);
  expect(diagnosis('one', 'one done success maybe')).toBe('uncertainty');
  expect(diagnosis('one', well)).toBeUndefined();
});

test('only the last five segments are looked at', () => {
  expect(padV1({ goal: 'api', segments: ['api', 'a', 'b', 'c', 'd', 'e'] }).p).toBe(0);
});
