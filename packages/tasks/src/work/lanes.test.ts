import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allot, type Credits, lanes, noCredits } from './lanes.ts';

function starts(free: readonly number[]): string[] {
  let credits: Credits = noCredits;
  return free.flatMap((slots) => {
    const given = allot(credits, lanes, slots);
    credits = given.credits;
    return lanes.flatMap((lane) => Array<string>(given.shares[lane]).fill(lane));
  });
}

test('with all lanes full any 13 starts are 8 high, 4 normal, 1 low', () => {
  const order = starts(Array<number>(130).fill(1));
  for (let i = 0; i + 13 <= order.length; i++) {
    const window = order.slice(i, i + 13);
    expect(lanes.map((lane) => window.filter((one) => one === lane).length)).toEqual([8, 4, 1]);
  }
});

test('however many slots are free at a time, no more are given out than there are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }), fc.subarray([...lanes]), (free, open) => {
      let credits: Credits = noCredits;
      for (const slots of free) {
        const given = allot(credits, open, slots);
        credits = given.credits;
        const total = lanes.reduce((sum, lane) => sum + given.shares[lane], 0);
        expect(total).toBe(open.length === 0 ? 0 : slots);
      }
    }),
  );
});

test('a lane alone gets every slot', () => {
  expect(allot(noCredits, ['low'], 7).shares).toEqual({ high: 0, normal: 0, low: 7 });
});
