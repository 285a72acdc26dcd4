import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delay, type Timer } from '../clock.ts';
import { VirtualClock } from './virtual-clock.ts';

test('timers fire by time, then by age, with promises run in between', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.after(20, () => seen.push('late'));
  clock.after(10, () => seen.push('early'));
  clock.after(10, () => seen.push('early, younger'));
  void delay(clock, 15).then(() => seen.push(`promise at ${clock.now()}`));
  await clock.advance(30);
  expect(seen).toEqual(['early', 'early, younger', 'promise at 15', 'late']);
});

test('whatever is armed and cancelled, what fires does so by time, then by age, and nothing is left', async () => {
  const timers = fc.array(fc.record({ ms: fc.nat(20), cancelled: fc.boolean() }), { maxLength: 60 });
  const property = fc.asyncProperty(timers, async (wanted) => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const armed: Timer[] = wanted.map(({ ms }, i) => clock.after(ms, () => fired.push(i)));
    for (const [i, timer] of armed.entries()) if (wanted[i]?.cancelled) timer.cancel();
    for (const [i, timer] of armed.entries()) if (wanted[i]?.cancelled) timer.cancel();
    const expected = wanted
      .map((one, i) => ({ ...one, i }))
      .filter(({ cancelled }) => !cancelled)
      .toSorted((a, b) => a.ms - b.ms || a.i - b.i);
    expect(clock.pending).toBe(expected.length);
    await clock.advance(20);
    expect(fired).toEqual(expected.map(({ i }) => i));
    for (const timer of armed) timer.cancel();
    expect(clock.pending).toBe(0);
  });
  await fc.assert(property, { numRuns: 50 });
});

test('what a promise arms between two timers fires in its turn', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  void delay(clock, 10).then(() => clock.after(5, () => seen.push('armed by a promise')));
  clock.after(20, () => seen.push('armed before'));
  await clock.advance(20);
  expect(seen).toEqual(['armed by a promise', 'armed before']);
});

test('a timer that re-arms itself for ever is a bug', async () => {
  const clock = new VirtualClock();
  const again = () => void clock.after(0, again);
  clock.after(5, again);
  await expect(clock.advance(10)).rejects.toThrowError('a timer re-arms itself for ever at 5 ms');
});

test('more than ten thousand timers may fall due at one instant', async () => {
  const clock = new VirtualClock();
  let fired = 0;
  for (let i = 0; i < 10_500; i++)
    clock.after(5, () => {
      fired += 1;
    });
  await clock.advance(5);
  expect(fired).toBe(10_500);
});

test('an aborted delay rejects and leaves no timer', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const waiting = delay(clock, 1000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrowError('enough');
  expect(clock.pending).toBe(0);
});

test('time passes until something has settled, and no longer than it may', async () => {
  const clock = new VirtualClock();
  const slept = new Promise<string>((resolve) => void clock.after(95, () => resolve('awake')));
  expect(await clock.through(slept, 10)).toBe('awake');
  expect(clock.now()).toBe(100);
  await expect(clock.through(Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(clock.through(new Promise(() => undefined), 1)).rejects.toThrow(/not settled within 10000 ms/);
});
