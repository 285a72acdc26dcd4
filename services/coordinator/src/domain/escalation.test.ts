import { expect, test } from 'vitest';
import { escalationReason } from './escalation.ts';

const spike = (severity: 'low' | 'high') => [{ index: 2, value: 5, score: 20, severity }];

test('high drift or a severe anomaly is worth thinking about', () => {
  expect(escalationReason([], 0.71)).toBe('drift 0.71 is above 0.7');
  expect(escalationReason(spike('high'), undefined)).toBe('the value at 2 is of high severity');
});

test('a mild anomaly with calm or unknown drift is not', () => {
  expect(escalationReason(spike('low'), 0.7)).toBeUndefined();
  expect(escalationReason([], undefined)).toBeUndefined();
});
