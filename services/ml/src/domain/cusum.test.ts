import { expect, test } from 'vitest';
import { beginningOf, type Cusum, freshCusum, levelOf, observe, shiftOf } from './cusum.ts';

/** Montgomery, "Introduction to Statistical Quality Control", table 9.2: mean 10, σ 1, shifted to 11 after observation 20. */
const observations = [
  9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08, 9.37, 10.62, 10.31,
  8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52,
];
const design = { k: 0.5, ceiling: 100 };

function path(): Cusum[] {
  let cusum = freshCusum;
  return observations.map((x, i) => {
    cusum = observe(cusum, { z: x - 10, at: i + 1 }, design);
    return cusum;
  });
}

test('the worked example alarms at observation 29, seven after the level was last 0', () => {
  const alarm = path().findIndex((cusum) => levelOf(cusum) > 5);
  const at29 = path()[28] ?? freshCusum;
  expect(alarm + 1).toBe(29);
  expect(at29.up).toMatchObject({ level: expect.closeTo(5.28, 9), run: 7, since: 23 });
  expect(path()[29]?.up.level).toBeCloseTo(5.3, 9);
});

test('the shift and its beginning are estimated from the run', () => {
  const at29 = path()[28] ?? freshCusum;
  expect(10 + shiftOf(at29, design.k)).toBeCloseTo(11.254, 3);
  expect(beginningOf(at29)).toBe(23);
});

test('the lower side is largest at observation 3', () => {
  const lower = path().map(({ down }) => down.level);
  expect(Math.max(...lower)).toBeCloseTo(1.77, 9);
  expect(lower.indexOf(Math.max(...lower)) + 1).toBe(3);
});

test('a shift downwards is negative, and no evidence is no shift', () => {
  expect(shiftOf(observe(freshCusum, { z: -3, at: 1 }, design), design.k)).toBe(-3);
  expect(shiftOf(freshCusum, design.k)).toBe(0);
});

test('the level stops at the ceiling', () => {
  expect(levelOf(observe(freshCusum, { z: 50, at: 1 }, { k: 0.5, ceiling: 6 }))).toBe(6);
});
