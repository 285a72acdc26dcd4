import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const replicas = ['one', 'two'];
let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: [] });
  const started = replicas.map((name) => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' }));
  await Promise.all(started.map((replica) => replica.printed(/"state":"ready"/)));
});
afterAll(() => mesh?.stop());

test('writers of different fields through two processes lose nothing', async () => {
  await mesh.call('state', 'update_agent_state', { agent_id: 'a1', patch: {}, create: true });
  const writes = Array.from({ length: 60 }, (_, i) => {
    const patch = i % 2 === 0 ? { mem_util: i / 60 } : { quality: [i / 60] };
    return mesh.call('state', 'update_agent_state', { agent_id: 'a1', patch });
  });
  const answers = await Promise.all(writes);
  const written = answers.filter(({ body }) => body.changed?.length === 1).length;
  const refused = answers.filter(({ body }) => body.error !== undefined && body.error.code !== 'contended');
  // A process that is stopped for long enough is overtaken by more writes than a record remembers: it then says so, and
  // that asking again is safe, since its own write may be among them.
  expect(refused.filter(({ body }) => body.error.retryable !== true)).toEqual([]);
  const { body } = await mesh.call('state', 'get_agent_state', { agent_id: 'a1', consistency: 'leader' });
  expect(body.revision).toBeGreaterThanOrEqual(1 + written);
  expect(body.revision).toBeLessThanOrEqual(1 + written + refused.length);
  expect(body.agent).toMatchObject({ mem_util: expect.any(Number), quality: [expect.any(Number)] });
});

test('of many writers that expect the same revision one wins', async () => {
  const made = await mesh.call('state', 'update_agent_state', { agent_id: 'b1', patch: {}, create: true });
  const race = Array.from({ length: 20 }, (_, i) => ({
    agent_id: 'b1',
    patch: { mem_util: i / 20 },
    expected_revision: made.body.revision,
  }));
  const answers = await Promise.all(race.map((wish) => mesh.call('state', 'update_agent_state', wish)));
  expect(answers.filter(({ body }) => body.changed !== undefined)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error?.code === 'conflict')).toHaveLength(19);
});

test('a fact is found through every replica, and both give the same snapshot', async () => {
  await mesh.call('state', 'store_fact', { text: 'the valve leaks', source: 'inspection' });
  for (const replica of replicas)
    await until(`${replica} to find the fact`, async () => {
      const { facts } = await ask(replica, 'search_facts', { query: 'valve' });
      return facts.length === 1;
    });
  // What was written to other buckets comes to each replica in its own time.
  await until('the same picture', async () => {
    const pictures = await Promise.all(replicas.map((replica) => ask(replica, 'get_aggregated_state', {})));
    expect(pictures.map(({ snapshot_id }) => snapshot_id)).toEqual(Array(2).fill(expect.any(String)));
    return new Set(pictures.map(({ snapshot_id }) => snapshot_id)).size === 1;
  });
});

async function ask(replica: string, endpoint: string, input: object): Promise<Answer['body']> {
  const subject = `${mesh.ns}.inst.state.${replica}.${endpoint}`;
  return (await mesh.nats.request(subject, JSON.stringify(input), { timeout: 30_000 })).json();
}
