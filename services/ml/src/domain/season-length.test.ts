import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { normalNoise, seriesOf } from '../testing/noise.ts';
import { seasonLength } from './season-length.ts';

test.each([
  ['a sine', (t: number) => Math.sin((2 * Math.PI * t) / 24)],
  ['a rising sine', (t: number) => Math.sin((2 * Math.PI * t) / 24) + t / 10],
  ['a square wave', (t: number) => (t % 24 < 8 ? 1 : 0)],
])('%s repeats after 24 values', (_, valueAt) => {
  const random = new SeededRandom(7);
  expect(seasonLength(seriesOf(200, (t) => valueAt(t) + 0.1 * normalNoise(random)))).toBe(24);
});

test.each([
  ['noise', (random: SeededRandom) => normalNoise(random)],
  ['a constant', () => 3],
])('%s has no season', (_, draw) => {
  const random = new SeededRandom(7);
  expect(seasonLength(seriesOf(300, () => draw(random)))).toBeUndefined();
});

test('one and a half seasons are not enough to see one', () => {
  expect(seasonLength(seriesOf(36, (t) => Math.sin((2 * Math.PI * t) / 24)))).toBeUndefined();
});
