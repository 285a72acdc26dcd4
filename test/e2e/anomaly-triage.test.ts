import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh();
});
afterAll(() => mesh?.stop());

/** A calm daily curve with a small repeatable ripple; `spikes` are added at their index. */
function series(spikes: Readonly<Record<number, number>> = {}): number[] {
  return Array.from(
    { length: 240 },
    (_, i) => 50 + 5 * Math.sin((2 * Math.PI * i) / 24) + 0.3 * Math.sin(i * 12.9898) + (spikes[i] ?? 0),
  );
}

async function triage(values: readonly number[]) {
  const { code, body } = await mesh.call(
    'coordinator',
    'anomaly_triage',
    { agent_id: 'probe', series: values },
    60_000,
  );
  expect(code, JSON.stringify(body)).toBeUndefined();
  return body;
}

const indices = (reply: { anomalies: { index: number }[] }): number[] => reply.anomalies.map(({ index }) => index);

test('the anomalies depend on the data: none in a clean series, a planted spike by its index', async () => {
  expect(indices(await triage(series()))).toEqual([]);
  expect(indices(await triage(series({ 150: 60 })))).toEqual([150]);
  expect(indices(await triage(series({ 90: -55, 200: 70 })))).toEqual([90, 200]);
});

test('every step is listed with its source, and the five other services really answered', async () => {
  const reply = await triage(series({ 123: 80 }));
  const steps: { step: string; service?: string; source: string }[] = reply.steps;
  expect(steps.map(({ source }) => source)).not.toContain(undefined);
  const live = new Set(steps.filter(({ source }) => source === 'live').map(({ service }) => service));
  expect([...live].sort()).toEqual(expect.arrayContaining(['cognitive', 'energy', 'ml', 'organism', 'state']));
});

test('with cognitive gone the triage still answers, and says what stood in', async () => {
  await mesh.services.get('cognitive')?.stop('SIGKILL');
  const reply = await triage(series({ 77: 80 }));
  expect(indices(reply)).toEqual([77]);
  expect(reply.degraded).toBeDefined();
  mesh.services.set('cognitive', mesh.start('cognitive'));
  await mesh.ready('cognitive');
});
