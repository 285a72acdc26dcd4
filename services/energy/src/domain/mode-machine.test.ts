import type { Mode } from '@seedcore/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstState, type ModeState, resumed, type Seen, step } from './mode-machine.ts';

const minute = 60_000;
const inMode = (mode: Mode, facts: Partial<ModeState> = {}): ModeState => ({
  mode,
  since: 0,
  dwellS: 10,
  cleanChecks: 0,
  seq: 7,
  ...facts,
});

describe('what each mode becomes by what is seen', () => {
  const cells: readonly [Mode, Seen, Mode, number][] = [
    ['NORMAL', 'e', 'EMERGENCY', 10],
    ['NORMAL', 'd', 'DEGRADED', 10],
    ['NORMAL', 'c', 'NORMAL', 10],
    ['DEGRADED', 'e', 'EMERGENCY', 10],
    ['DEGRADED', 'd', 'DEGRADED', 10],
    ['DEGRADED', 'c', 'RECOVERY', 10],
    ['EMERGENCY', 'e', 'EMERGENCY', 10],
    ['EMERGENCY', 'd', 'DEGRADED', 10],
    ['EMERGENCY', 'c', 'RECOVERY', 10],
    ['RECOVERY', 'e', 'EMERGENCY', 20],
    ['RECOVERY', 'd', 'DEGRADED', 20],
    ['RECOVERY', 'c', 'RECOVERY', 10],
  ];
  test.each(cells)('%s, seeing %s, is %s with a dwell of %d s', (from, seen, to, dwellS) => {
    const next = step(inMode(from), { seen, hold: false, at: 5000 });
    expect(next).toMatchObject({ mode: to, dwellS, seq: from === to ? 7 : 8 });
  });
});

test('the recorded trace, one check every five seconds', () => {
  const trace = 'c N, d D, c R, c R, c N, d D, c R, d D[20], c R, c R, c R, c R, c N, c N, e E, d D, c R';
  let state = inMode('NORMAL');
  trace.split(', ').forEach((cell, i) => {
    const [, seen, mode, dwellS] = /^(e|d|c) (\w)(?:\[(\d+)\])?$/.exec(cell) ?? [];
    if (seen !== 'e' && seen !== 'd' && seen !== 'c') throw new Error(cell);
    state = step(state, { seen, hold: false, at: i * 5000 });
    expect(state.mode[0], `check ${i}`).toBe(mode);
    if (dwellS) expect(state.dwellS).toBe(Number(dwellS));
  });
});

test('what is not known yet holds back NORMAL', () => {
  const recovering = inMode('RECOVERY', { cleanChecks: 5 });
  expect(step(recovering, { seen: 'c', hold: true, at: minute }).mode).toBe('RECOVERY');
  expect(step(recovering, { seen: 'c', hold: false, at: minute }).mode).toBe('NORMAL');
});

test('relapses double the dwell up to ten minutes, and half an hour of NORMAL undoes it', () => {
  let state = inMode('RECOVERY');
  const dwells = Array.from({ length: 8 }, () => {
    state = step(step(state, { seen: 'd', hold: false, at: 0 }), { seen: 'c', hold: false, at: 0 });
    return state.dwellS;
  });
  expect(dwells).toEqual([20, 40, 80, 160, 320, 600, 600, 600]);
  const normal = inMode('NORMAL', { dwellS: 600 });
  expect(step(normal, { seen: 'c', hold: false, at: 29 * minute }).dwellS).toBe(600);
  expect(step(normal, { seen: 'c', hold: false, at: 30 * minute }).dwellS).toBe(10);
});

test('the first mode is RECOVERY, and a NORMAL of more than a minute ago is not believed', () => {
  expect(firstState(0).mode).toBe('RECOVERY');
  expect(resumed(inMode('NORMAL'), 0, minute)).toMatchObject({ mode: 'NORMAL' });
  expect(resumed(inMode('NORMAL'), 0, minute + 1)).toMatchObject({ mode: 'RECOVERY', since: minute + 1 });
  expect(resumed(inMode('DEGRADED'), 0, 10 * minute)).toMatchObject({ mode: 'DEGRADED' });
});

test('whatever comes, EMERGENCY is never followed by NORMAL, and the dwell keeps its bounds', () => {
  const check = fc.record({ seen: fc.constantFrom<Seen>('e', 'd', 'c'), hold: fc.boolean(), after: fc.nat(minute) });
  fc.assert(
    fc.property(fc.array(check, { maxLength: 100 }), (checks) => {
      let state = firstState(0);
      let at = 0;
      for (const { seen, hold, after } of checks) {
        at += after;
        const next = step(state, { seen, hold, at });
        expect(state.mode === 'EMERGENCY' && next.mode === 'NORMAL').toBe(false);
        expect(next.dwellS).toBeGreaterThanOrEqual(10);
        expect(next.dwellS).toBeLessThanOrEqual(600);
        expect(next.seq - state.seq).toBe(next.mode === state.mode ? 0 : 1);
        state = next;
      }
    }),
    { numRuns: 1000 },
  );
});
