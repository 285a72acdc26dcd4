import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { JoinedRuns } from './joined-runs.ts';

function runs() {
  const clock = new VirtualClock();
  let begun = 0;
  const begin = async () => ++begun;
  return { clock, joined: new JoinedRuns<number>(clock), begin };
}

test('a repeat joins the run, and has its answer for a minute', async () => {
  const { clock, joined, begin } = runs();
  expect(await Promise.all([joined.run('a', begin), joined.run('a', begin)])).toEqual([1, 1]);
  expect(await joined.run('a', begin)).toBe(1);
  expect(await joined.run('b', begin)).toBe(2);
  await clock.advance(60_001);
  expect(await joined.run('a', begin)).toBe(3);
});

test('a run that was thrown out of is begun anew', async () => {
  const { joined, begin } = runs();
  await expect(joined.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await joined.run('a', begin)).toBe(1);
});

test('at most a thousand answers are kept', async () => {
  const { joined, begin } = runs();
  for (let i = 0; i < 1200; i++) await joined.run(`call-${i}`, begin);
  expect(await joined.run('call-1199', begin)).toBe(1200);
  expect(await joined.run('call-0', begin)).toBe(1201);
});
