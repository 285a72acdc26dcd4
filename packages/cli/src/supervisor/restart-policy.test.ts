import { expect, test } from 'vitest';
import { afterEnd, describeEnd, healthyAfterMs, restartDelaysMs } from './restart-policy.ts';

const killed = { code: null, signal: 'SIGKILL', uptimeMs: 1000 };

test('the first crash is answered at once, each further one in a row more slowly, up to a bound', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 100].map((crashes) => {
    const verdict = afterEnd(crashes, killed);
    return verdict.action === 'restart' ? verdict.delayMs : undefined;
  });
  expect(delays).toEqual([0, 500, 1000, 2000, 5000, 10_000, 10_000, 10_000]);
  expect(Math.max(...restartDelaysMs)).toBe(10_000);
});

test('a process that ran for long begins the count anew', () => {
  expect(afterEnd(5, { ...killed, uptimeMs: healthyAfterMs })).toEqual({ action: 'restart', delayMs: 0, crashes: 1 });
});

test('an end with code 0 that nobody asked for is answered like a crash', () => {
  expect(afterEnd(0, { code: 0, signal: null, uptimeMs: 10 })).toMatchObject({ action: 'restart' });
});

test('a wrong configuration does not get better by trying', () => {
  expect(afterEnd(0, { code: 78, signal: null, uptimeMs: 10 })).toMatchObject({ action: 'give_up' });
});

test('who asks to be replaced is, at once', () => {
  expect(afterEnd(0, { code: 75, signal: null, uptimeMs: 10 })).toMatchObject({ action: 'restart', delayMs: 0 });
});

test('an end has a name', () => {
  expect(describeEnd({ code: 75, signal: null })).toBe('it asked to be replaced, exit code 75');
  expect(describeEnd({ code: null, signal: 'SIGKILL' })).toBe('killed by SIGKILL');
  expect(describeEnd({ code: 3, signal: null })).toBe('exit code 3');
});
