import { ml } from '@seedcore/contracts';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { startService } from '@seedcore/runtime/testing';
import { expect, test } from 'vitest';
import type { DriftScored } from './ports.ts';
import { mlService } from './service.ts';
import { normalNoise, seriesOf } from './testing/noise.ts';

function start() {
  const clock = new VirtualClock();
  const announced: DriftScored[] = [];
  const service = startService(mlService({ clock, announce: (scored) => void announced.push(scored) }), { clock });
  return { service, clock, announced };
}

async function answerTo<T>(reply: Promise<{ ok: true; value: T } | { ok: false; failure: unknown }>): Promise<T> {
  const answer = await reply;
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
  return answer.value;
}

const wave = (spikes: Readonly<Record<number, number>> = {}) =>
  seriesOf(240, (t) => 50 + 5 * Math.sin((2 * Math.PI * t) / 24) + 0.3 * Math.sin(t * 12.9898) + (spikes[t] ?? 0));

test('detect_anomaly finds nothing in a clean series and a planted spike by its index', async () => {
  const { service } = start();
  expect(await answerTo(service.detect_anomaly({ data: wave() }))).toMatchObject({ points: [], ready: true, n: 240 });
  const spiked = await answerTo(service.detect_anomaly({ data: wave({ 90: -55, 200: 70 }) }));
  expect(spiked.points).toMatchObject([
    { index: 90, direction: 'below', severity: 'high' },
    { index: 200, direction: 'above', severity: 'high' },
  ]);
});

test('detect_anomaly puts values in the order of their timestamps and answers with their own index', async () => {
  const { service } = start();
  const data = wave({ 150: 60 }).reverse();
  const timestamps = seriesOf(240, (t) => t).map((t) => new Date((239 - t) * 60_000).toISOString());
  const { points, scores } = await answerTo(service.detect_anomaly({ data, timestamps, include_scores: true }));
  expect(points.map(({ index }) => index)).toEqual([239 - 150]);
  expect(scores?.indexOf(Math.max(...scores.map((score) => score ?? 0)))).toBe(239 - 150);
});

test('detect_anomaly gives a missing value the score null', async () => {
  const { service } = start();
  const data = wave()
    .with(100, Number.NaN)
    .map((value) => (Number.isNaN(value) ? null : value));
  const { scores, n } = await answerTo(service.detect_anomaly({ data, include_scores: true }));
  expect(n).toBe(239);
  expect(scores?.flatMap((score, index) => (score === null ? [index] : []))).toEqual([100]);
});

test('detect_anomaly says when there is too little to go by', async () => {
  const { service } = start();
  const code = async (data: (number | null)[]) => {
    const reply = await service.detect_anomaly({ data });
    return reply.ok ? reply.value.ready : reply.failure;
  };
  expect(await code([])).toEqual({ code: 'series_too_short', details: { n: 0 } });
  expect(await code([1, null, 2])).toEqual({ code: 'series_too_short', details: { n: 2 } });
  expect(await code([null, null])).toEqual({ code: 'all_missing', details: { n: 2 } });
  expect(await code([1, 2, 3])).toBe(false);
});

test('detect_anomaly lets others be served while it judges a long series', async () => {
  const { service, clock } = start();
  const long = service.detect_anomaly({ data: seriesOf(12_000, (t) => Math.sin(t / 5)) });
  const { models } = await answerTo(service.list_models({}));
  expect(models.length).toBeGreaterThan(0);
  expect(service.inFlight()).toBe(1);
  await clock.advance(10);
  expect(await answerTo(long)).toMatchObject({ points: [], n: 12_000 });
});

test('detect_anomaly refuses timestamps that are not one per value', async () => {
  const { service } = start();
  const call = service.detect_anomaly({ data: [1, 2, 3], timestamps: ['2026-11-22T10:00:00Z'] });
  await expect(call).rejects.toMatchObject({ code: 'bad_request', details: { field: '/timestamps' } });
});

test('compute_drift_score has no score before it has a reference, and says how far it is', async () => {
  const { service, announced } = start();
  const first = await answerTo(service.compute_drift_score({ task: { type: 'ping' }, features: [1] }));
  expect(first).toMatchObject({ score: null, level: null, ready: false, n: 1, alarm: false, top_features: [] });
  expect(announced).toEqual([]);
});

test('compute_drift_score finds a shift, tells when it began, and announces it', async () => {
  const { service, clock, announced } = start();
  const random = new SeededRandom(6);
  const begin = clock.wallMs();
  const observe = async (shift: number) => {
    await clock.advance(1000);
    return answerTo(service.compute_drift_score({ stream: 'pump.heat', features: [normalNoise(random) + shift] }));
  };
  for (let i = 0; i < 100; i += 1) await observe(0);
  expect(await observe(0)).toMatchObject({
    ready: true,
    alarm: false,
    n: 101,
    since: new Date(begin + 1000).toISOString(),
  });
  for (let i = 0; i < 20; i += 1) await observe(3);
  const drifted = await observe(3);
  expect(drifted).toMatchObject({ alarm: true, top_features: [{ name: 'features[0]' }] });
  expect(drifted.score).toBeGreaterThan(0.99);
  expect(Date.parse(drifted.change_at ?? '') - begin).toBeGreaterThan(90_000);
  expect(announced.at(-1)).toMatchObject({ stream: 'pump.heat', alarm: true });
});

test('compute_drift_score refuses an observation of another size', async () => {
  const { service } = start();
  await service.compute_drift_score({ stream: 'a', features: [1, 2] });
  const reply = await service.compute_drift_score({ stream: 'a', features: [1] });
  expect(reply).toEqual({ ok: false, failure: { code: 'feature_mismatch', details: { expected: 2, got: 1 } } });
});

test('compute_drift_score answers a repeated call again without counting it again', async () => {
  const { service } = start();
  const body = JSON.stringify({ stream: 'a', features: [1] });
  const headers = { 'Sc-Call': '01jd8x6y6c4m4k6h6m6w7n8p9q' };
  const replies = [await service.request('compute_drift_score', body, headers)];
  replies.push(await service.request('compute_drift_score', body, headers));
  expect(replies.map(({ json }) => json)).toMatchObject([{ n: 1 }, { n: 1 }]);
});

test('embeddings answers one vector per text, and no model it does not have', async () => {
  const { service } = start();
  const { vectors, dims, model } = await answerTo(service.embeddings({ input: ['a cat', 'a cat', 'a dog'] }));
  expect([vectors.length, vectors[0]?.length, dims, model]).toEqual([3, 384, 384, 'hash-384-v1']);
  expect(vectors[0]).toEqual(vectors[1]);
  expect(await service.embeddings({ input: 'a', model: 'other' })).toEqual({
    ok: false,
    failure: { code: 'no_provider', details: { model: 'other' } },
  });
});

test('rerank gives the best documents first, as many as asked for', async () => {
  const { service } = start();
  const documents = ['birds fly high in the sky', 'the dog chased the cat', 'the cat sat on the mat'];
  const { results } = await answerTo(service.rerank({ query: 'cat mat', documents, top_n: 2 }));
  expect(results.map(({ index }) => index)).toEqual([2, 1]);
});

test('list_models names every model other answers name', async () => {
  const { service } = start();
  const { models } = await answerTo(service.list_models({}));
  const { model } = await answerTo(service.detect_anomaly({ data: [1, 2, 3] }));
  expect(models.map(({ endpoint }) => endpoint).sort()).toEqual(
    Object.keys(ml.endpoints)
      .filter((name) => name !== 'list_models')
      .sort(),
  );
  expect(models).toContainEqual(expect.objectContaining(model));
});
