import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Supervised, startSupervised } from '../support/supervised.ts';
import { serviceNames } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { scaled } from './world/scale.ts';

const TASKS = scaled(60, 200);
let mesh: Supervised;
let nats: NatsConnection;

beforeAll(async () => {
  mesh = await startSupervised();
  nats = await connect({ servers: mesh.url, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
});
afterAll(async () => {
  await nats?.close();
  await mesh?.stop();
});

/** Hands in one task; repeating is safe because the id is its own. */
async function submit(id: string): Promise<true> {
  const body = JSON.stringify({ id, type: 'fact_store', params: { text: `fact of ${id}` } });
  return until(`${id} to be accepted`, async () => {
    const reply = (await nats.request('seedcore-dev.svc.coordinator.submit_task', body, { timeout: 5000 })).json<{
      id?: string;
    }>();
    return reply.id === id || undefined;
  });
}

/** Ids of the tasks of one round that have a final result, with their states. */
function watchResults(round: string): Map<string, string[]> {
  const results = new Map<string, string[]>();
  nats.subscribe('seedcore-dev.evt.result.*', {
    callback: (_error, message) => {
      const id = message.subject.split('.').at(-1) ?? '';
      if (!id.startsWith(`${round}-`)) return;
      results.set(id, [...(results.get(id) ?? []), message.json<{ state: string }>().state]);
    },
  });
  return results;
}

/** How often each fact of the round is on the receiver's disk. */
async function factsOf(round: string): Promise<Map<string, number>> {
  const kv = await new Kvm(jetstream(nats)).open('seedcore-dev_memory');
  const counts = new Map<string, number>();
  for await (const key of await kv.keys()) {
    const text = (await kv.get(key))?.string() ?? '';
    const fact = text.match(new RegExp(`fact of (${round}-\\d+)"`))?.[1];
    if (fact !== undefined) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  }
  return counts;
}

test.each(serviceNames)('kill -9 of %s while tasks run: restarted, all final, every effect once', async (victim) => {
  const round = `kill-${victim}`;
  const results = watchResults(round);
  const ids = Array.from({ length: TASKS }, (_, i) => `${round}-${i}`);
  const before = await mesh.pid(victim);
  const submitting = Promise.all(ids.map(submit));
  await until('the first results', () => results.size >= 5 || undefined);
  process.kill(before, 'SIGKILL');
  await submitting;
  await until('all results', () => results.size === TASKS || undefined);
  expect(new Set([...results.values()].map((states) => states.join(',')))).toEqual(new Set(['succeeded']));
  expect([...(await factsOf(round)).values()]).toEqual(Array(TASKS).fill(1));
  expect(
    await until('the restart', async () => ((await mesh.pid(victim)) === before ? undefined : mesh.pid(victim))),
  ).not.toBe(before);
});

test('kill -9 of nats-server: everybody reconnects and nothing acknowledged is missing', async () => {
  const round = 'kill-broker';
  const ids = Array.from({ length: TASKS }, (_, i) => `${round}-${i}`);
  const acknowledged: string[] = [];
  const submitting = Promise.all(ids.map((id) => submit(id).then(() => acknowledged.push(id))));
  await until('some to be acknowledged', () => acknowledged.length >= TASKS / 4 || undefined);
  process.kill(await mesh.pid('nats-server'), 'SIGKILL');
  await submitting;
  for (const id of acknowledged) {
    const state = await until(`${id} to end`, async () => {
      const reply = await nats.request('seedcore-dev.svc.coordinator.get_task', JSON.stringify({ id }), {
        timeout: 5000,
      });
      const view = reply.json<{ state?: string }>();
      return view.state === 'succeeded' || view.state === 'failed' ? view.state : undefined;
    });
    expect(state).toBe('succeeded');
  }
  expect((await factsOf(round)).size).toBe(TASKS);
});
