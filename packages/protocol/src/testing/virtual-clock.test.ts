import { expect, test } from 'vitest';
import { delay } from '../clock.ts';
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

test('a timer that re-arms itself for ever is a bug', async () => {
  const clock = new VirtualClock();
  const again = () => void clock.after(0, again);
  again();
  await expect(clock.advance(1)).rejects.toThrowError(/re-arms itself/);
});

test('an aborted delay rejects and leaves no timer', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const waiting = delay(clock, 1000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrowError('enough');
  expect(clock.pending).toBe(0);
});
