import { SeededRandom } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { normalNoise, seriesOf } from '../testing/noise.ts';
import { judge, type Sample } from './anomaly-detector.ts';
import { anomaliesAmong } from './anomaly-report.ts';
import { rarityOf } from './tail-threshold.ts';

const anomalies = (series: readonly Sample[], sensitivity = 0.5) =>
  anomaliesAmong([...judge(series, rarityOf(sensitivity))], (at) => at);
const indices = (series: readonly Sample[], sensitivity = 0.5) =>
  anomalies(series, sensitivity).map(({ index }) => index);

const clean: readonly [string, (t: number, noise: () => number) => number][] = [
  ['a constant', () => 7.3],
  ['a line', (t) => 3 + 0.1 * t],
  ['a sine', (t) => 10 * Math.sin((2 * Math.PI * t) / 24)],
  ['noise', (_, noise) => noise()],
  ['a noisy line', (t, noise) => 0.5 * t + noise()],
  ['a noisy sine', (t, noise) => 100 + 10 * Math.sin((2 * Math.PI * t) / 24) + 0.5 * noise()],
];

describe.each(clean)('%s', (_, valueAt) => {
  const random = new SeededRandom(11);
  const noise = () => normalNoise(random);

  test.each([8, 60, 240, 1500])('of %d values is clean', (length) => {
    expect(indices(seriesOf(length, (t) => valueAt(t, noise)))).toEqual([]);
  });

  test.each([0, 1, 2, 33, 36, 37, 120, 238, 239])('shows a spike planted at %d, and nothing else', (at) => {
    const series = seriesOf(240, (t) => valueAt(t, noise) + (t === at ? 60 : 0));
    expect(indices(series)).toEqual([at]);
  });
});

test('a handful of values shows the one that is far from the rest', () => {
  expect(indices([1, 1, 2, 1, 9])).toEqual([4]);
  expect(indices([0.1, 0.12, 5, 0.11, 0.1, 0.12])).toEqual([2]);
  expect(indices([1, 2, 3, 4, 5, 6, 7])).toEqual([]);
});

test('four values are too few to call one of them strange', () => {
  expect([...judge([1, 1, 1, 900], rarityOf(0.5))]).toEqual([undefined, undefined, undefined, undefined]);
});

test('missing values are not judged, and hide nothing', () => {
  const random = new SeededRandom(3);
  const series = seriesOf(300, (t) => Math.sin(t / 8) + 0.05 * normalNoise(random)).map((value, t) =>
    t % 7 === 3 || (t > 90 && t < 110) ? undefined : value,
  );
  expect(indices(series)).toEqual([]);
  expect(indices(series.with(200, 4))).toEqual([200]);
});

test('a missing value has no verdict, nor has the first one after a long gap', () => {
  const random = new SeededRandom(17);
  const series: Sample[] = seriesOf(100, () => normalNoise(random));
  series[50] = undefined;
  series.fill(undefined, 60, 65);
  const unjudged = [...judge(series, rarityOf(0.5))].flatMap((verdict, t) => (verdict ? [] : [t]));
  expect(unjudged).toEqual([50, 60, 61, 62, 63, 64, 65]);
});

test('a level shift is one anomaly, where it begins', () => {
  const random = new SeededRandom(5);
  expect(indices(seriesOf(400, (t) => (t < 250 ? 0 : 15) + normalNoise(random)))).toEqual([250]);
});

test('a season learnt in time is no anomaly any more', () => {
  const random = new SeededRandom(9);
  const series = seriesOf(2000, (t) => (t % 48 < 16 ? 40 : 0) + normalNoise(random));
  expect(indices(series).filter((index) => index > 700)).toEqual([]);
});

test('a lost season is found, though every single value is an ordinary one', () => {
  const random = new SeededRandom(9);
  const series = seriesOf(2000, (t) => (t % 48 < 16 && t < 1800 ? 40 : 0) + normalNoise(random));
  expect(indices(series).filter((index) => index > 700)[0]).toBe(1824);
});

test('direction, expected value and the reason are told', () => {
  const [point] = anomalies(seriesOf(60, (t) => 10 + (t % 2) * 0.1).with(50, -3));
  expect(point).toMatchObject({ index: 50, value: -3, direction: 'below', severity: 'high' });
  expect(point?.expected).toBeCloseTo(10, 0);
  expect(point?.explanation).toMatch(
    /^-3 is [\d.e+]+ robust standard deviations below the 10[.\d]* expected from .+; ordinary values stay within [\d.]+$/,
  );
});

test('more sensitivity never sees less', () => {
  const random = new SeededRandom(21);
  const series = seriesOf(500, (t) => normalNoise(random) + (t === 300 ? 3.4 : 0));
  expect([0, 0.5, 1].map((sensitivity) => indices(series, sensitivity).includes(300))).toEqual([false, false, true]);
});

test('false alarms of heavy-tailed noise stay near the chance that was asked for', () => {
  const random = new SeededRandom(33);
  const laplace = () => Math.sign(random.next() - 0.5) * Math.log(1 - random.next());
  const found = Array.from({ length: 20 }, () => indices(seriesOf(1000, laplace)).length);
  expect(found.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(8); // 20,000 points at 1e-4: 2 expected
});

test('no verdict after the warm-up depends on a later value', () => {
  const random = new SeededRandom(2);
  const series = seriesOf(300, () => normalNoise(random));
  const before = [...judge(series, rarityOf(0.5))].slice(0, 200);
  const after = [...judge(series.with(200, 1e6).with(250, -1e6), rarityOf(0.5))].slice(0, 200);
  expect(after).toEqual(before);
});
