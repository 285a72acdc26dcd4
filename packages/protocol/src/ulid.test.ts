import { expect, test } from 'vitest';
import { isUlid, ulid } from './index.ts';
import { SeededRandom, VirtualClock } from './testing/index.ts';

test('ULIDs are lower-case, sort by time and repeat with the seed', async () => {
  const clock = new VirtualClock();
  const first = ulid(clock, new SeededRandom(1));
  await clock.advance(1);
  const second = ulid(clock, new SeededRandom(1));
  expect(first < second).toBe(true);
  expect([first, second].every(isUlid)).toBe(true);
  expect(first.slice(10)).toBe(second.slice(10));
});
