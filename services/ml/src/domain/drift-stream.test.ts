import type { Random } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { normalNoise } from '../testing/noise.ts';
import { advanceStream, type Drift, type DriftStream, driftOf, freshStream, referenceLength } from './drift-stream.ts';
import { embed } from './hash-embedding.ts';
import type { Observation } from './observation.ts';

const numbers = (...features: number[]): Observation => ({ features, text: undefined });
const text = (words: string): Observation => ({ features: [], text: embed(words) });

/** A stream after `length` observations, the i-th at second i. */
function follow(length: number, observationAt: (i: number) => Observation): DriftStream {
  let stream = freshStream(observationAt(0), 0);
  for (let i = 0; i < length; i += 1) stream = advanceStream(stream, observationAt(i), i * 1000);
  return stream;
}

function maxScore(random: Random, draw: () => number): number {
  let stream = follow(referenceLength, () => numbers(draw()));
  let largest = 0;
  for (let i = 0; i < 100; i += 1) {
    stream = advanceStream(stream, numbers(draw()), i);
    largest = Math.max(largest, driftOf(stream)?.score ?? 0);
  }
  return largest + 0 * random.next();
}

test('nothing is said before the reference is complete', () => {
  expect(driftOf(follow(referenceLength - 1, () => numbers(1)))).toBeUndefined();
  expect(driftOf(follow(referenceLength, () => numbers(1)))).toMatchObject({
    score: expect.closeTo(0, 9),
    alarm: false,
  });
});

test('a stream that never changes never drifts', () => {
  expect(driftOf(follow(500, () => numbers(4.2, 0)))).toMatchObject({ level: 0, alarm: false, topFeatures: [] });
});

test('the largest score of a calm stream in 100 observations is spread evenly, whatever the distribution', () => {
  const random = new SeededRandom(4);
  const runs = Array.from({ length: 300 }, () => maxScore(random, () => -Math.log(1 - random.next())));
  expect(runs.filter((score) => score > 0.5).length / 300).toBeCloseTo(0.5, 0.8);
  expect(runs.filter((score) => score > 0.9).length / 300).toBeLessThan(0.25); // 0.1, and what 50 values cannot tell
});

test('a shift of one of four features is found, with its name, size and beginning', () => {
  const random = new SeededRandom(8);
  const noise = () => normalNoise(random);
  const stream = follow(200, (i) => numbers(noise(), noise(), noise() - (i >= 150 ? 2 : 0), noise()));
  const drift = driftOf(stream);
  expect(drift).toMatchObject({ alarm: true, topFeatures: [{ name: 'features[2]' }, ...anything(drift, 1)] });
  expect(drift?.topFeatures[0]?.z).toBeLessThan(-0.5);
  expect(drift?.score).toBeGreaterThan(0.99);
  expect(Math.abs((drift?.changeAt ?? 0) / 1000 - 150)).toBeLessThan(12);
});

test('a stream that comes back is calm again', () => {
  const random = new SeededRandom(8);
  const stream = follow(320, (i) => numbers(normalNoise(random) + (i >= 150 && i < 250 ? 3 : 0)));
  expect(driftOf(stream)).toMatchObject({ alarm: false });
});

test('texts about something else are drift', () => {
  const pumps = ['pump three vibrates', 'vibration of pump seven', 'pump five runs hot', 'the bearing of pump two'];
  const subject = (i: number) => `${pumps[i % pumps.length]} at ${i % 13} bar`;
  expect(driftOf(follow(150, (i) => text(subject(i))))?.score).toBeLessThan(0.7);
  const moved = driftOf(follow(150, (i) => text(i < 100 ? subject(i) : `recipe ${i} for bread and butter`)));
  expect(moved).toMatchObject({ alarm: true, topFeatures: [{ name: 'text' }] });
});

function anything(drift: Drift | undefined, from: number): unknown[] {
  return drift?.topFeatures.slice(from).map(() => expect.anything()) ?? [];
}
