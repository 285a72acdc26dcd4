import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeSeries } from './describe-series.ts';
import { moments } from './moments.ts';
import { medianAbsoluteDeviation, quantile } from './order-statistics.ts';
import { seasonOf } from './season.ts';
import { evenlySpaced, theilSen } from './trend.ts';

const line = (n: number, slope: number) => Array.from({ length: n }, (_, x) => ({ x, y: slope * x + 1 }));

describe('figures of a series', () => {
  test('quartiles lie between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBeCloseTo(1.75, 12);
    expect(quantile([7], 0.75)).toBe(7);
  });

  test('one wild value does not move the median deviation', () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 1e9])).toBe(1);
  });

  test('mean and deviation of 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const { mean, sd } = moments([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(mean).toBeCloseTo(5, 12);
    expect(sd).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  test('large offsets cost no digits', () => {
    expect(moments([1e9 + 1, 1e9 + 2, 1e9 + 3]).sd).toBeCloseTo(1, 9);
  });
});

describe('the trend', () => {
  test('of a line is its slope', () => {
    expect(theilSen(line(20, 0.5))).toEqual({ slope: 0.5, low: 0.5, high: 0.5 });
  });

  test('bends little under a quarter of wild values', () => {
    const points = line(40, 2).map((point, i) => (i % 4 === 0 ? { ...point, y: 1000 } : point));
    expect(theilSen(points)?.slope).toBeCloseTo(2, 0);
  });

  test('needs two different places', () => {
    expect(theilSen([{ x: 1, y: 1 }])).toBeUndefined();
  });

  test('looks at a thousand points of a long series, first and last included', () => {
    const chosen = evenlySpaced(line(100_000, 1), 1000);
    expect([chosen.length, chosen[0]?.x, chosen.at(-1)?.x]).toEqual([1000, 0, 99_999]);
  });

  test('the interval holds the slope', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, (ys) => {
        const trend = theilSen(ys.map((y, x) => ({ x, y })));
        expect(trend?.low).toBeLessThanOrEqual(trend?.slope ?? Number.NaN);
        expect(trend?.high).toBeGreaterThanOrEqual(trend?.slope ?? Number.NaN);
      }),
    );
  });
});

describe('the season', () => {
  const weekly = Array.from({ length: 84 }, (_, i) => 10 + (i % 7 === 0 ? 5 : 0) + i * 0.01);

  test('is found by its repetition', () => {
    expect(seasonOf(weekly, 0.01)?.period).toBe(7);
    expect(seasonOf(weekly, 0.01)?.strength).toBeGreaterThan(0.99);
  });

  test('survives missing values', () => {
    const holes = weekly.map((value, i) => (i % 11 === 3 ? Number.NaN : value));
    expect(seasonOf(holes, 0.01)?.period).toBe(7);
  });

  test('is not seen in a line, a constant or a short series', () => {
    expect(
      seasonOf(
        line(50, 1).map(({ y }) => y),
        1,
      ),
    ).toBeUndefined();
    expect(seasonOf(Array(50).fill(3), 0)).toBeUndefined();
    expect(seasonOf([1, 2, 3], 0, 2)).toBeUndefined();
  });

  test('of a period that was given is measured, however weak', () => {
    expect(seasonOf(Array(20).fill(1), 0, 5)).toEqual({ period: 5, strength: 0 });
  });
});

describe('a described series', () => {
  test('counts what is missing and leaves it out', () => {
    const { n, missing, mean } = describeSeries({ values: [1, null, 3] });
    expect({ n, missing, mean }).toEqual({ n: 2, missing: 1, mean: 2 });
  });

  test('has its trend per second when it knows the times', () => {
    const description = describeSeries({ values: [0, 10, 20, 30], seconds: [0, 5, 10, 15] });
    expect(description.trend?.slope).toBe(2);
  });
});
