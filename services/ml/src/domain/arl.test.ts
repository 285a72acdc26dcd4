import { SeededRandom } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { normalNoise } from '../testing/noise.ts';
import { arl, boundForArl, oneSidedArl, siegmundArl } from './arl.ts';
import { freshCusum, levelOf, observe } from './cusum.ts';

const shifts = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4];

describe.each([
  [4, [167.68, 74.22, 26.63, 13.29, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71]],
  [5, [465.43, 139.49, 38.0, 17.05, 10.38, 5.75, 4.01, 3.11, 2.57, 2.01]],
])('with h = %d and k = 0.5', (h, published) => {
  test('run lengths are those of the published table', () => {
    const computed = shifts.map((shift) => arl({ k: 0.5, h, shift }));
    computed.forEach((value, i) => {
      expect(value).toBeCloseTo(published[i] ?? Number.NaN, 1.9);
    });
  });
});

test.each([
  [0.5, 4.77, 368.5],
  [0.25, 8.01, 370.3],
  [1, 2.52, 372.8],
])('k = %d, h = %d runs for %d observations without a shift', (k, h, expected) => {
  expect(arl({ k, h })).toBeCloseTo(expected, 0);
});

test('one side alone runs twice as long', () => {
  expect(oneSidedArl({ k: 0.5, h: 4 })).toBeCloseTo(335.4, 1);
  expect(oneSidedArl({ k: 0.5, h: 5 })).toBeCloseTo(930.9, 1);
});

test('the closed form comes within 1 %', () => {
  expect(siegmundArl(4, 0.5)).toBeCloseTo(338.1, 1);
  expect(siegmundArl(5, 0.5)).toBeCloseTo(938.2, 1);
});

test('the bound for a run length has that run length', () => {
  const h = boundForArl(10_000, 0.5);
  expect(arl({ k: 0.5, h }) / 10_000).toBeCloseTo(1, 1.5);
});

test('simulated runs are as long as computed ones', () => {
  const random = new SeededRandom(1);
  const runs = Array.from({ length: 2000 }, () => {
    let cusum = freshCusum;
    let length = 0;
    while (levelOf(cusum) <= 4) {
      length += 1;
      cusum = observe(cusum, { z: normalNoise(random) + 1, at: length }, { k: 0.5, ceiling: 10 });
    }
    return length;
  });
  const mean = runs.reduce((sum, run) => sum + run, 0) / runs.length;
  const deviation = Math.sqrt(runs.reduce((sum, run) => sum + (run - mean) ** 2, 0) / runs.length);
  expect(Math.abs(mean - 8.38)).toBeLessThan((3 * deviation) / Math.sqrt(runs.length));
});
