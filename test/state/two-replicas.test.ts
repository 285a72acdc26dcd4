import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: ['state'] });
  const second = mesh.start('state', { LOG_LEVEL: 'info' });
  await second.printed(/"state":"ready"/);
});
afterAll(() => mesh?.stop());

test('writers of different fields through two processes lose nothing', async () => {
  await mesh.call('state', 'update_agent_state', { agent_id: 'a1', patch: {}, create: true }, 15_000);
  const writes = Array.from({ length: 60 }, (_, i) => {
    const patch = i % 2 === 0 ? { mem_util: i / 60 } : { quality: [i / 60] };
    return mesh.call('state', 'update_agent_state', { agent_id: 'a1', patch }, 15_000);
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
  const made = await mesh.call('state', 'update_agent_state', { agent_id: 'b1', patch: {}, create: true }, 15_000);
  const race = Array.from({ length: 20 }, (_, i) => ({
    agent_id: 'b1',
    patch: { mem_util: i / 20 },
    expected_revision: made.body.revision,
  }));
  const answers = await Promise.all(race.map((wish) => mesh.call('state', 'update_agent_state', wish, 15_000)));
  expect(answers.filter(({ body }) => body.changed !== undefined)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error?.code === 'conflict')).toHaveLength(19);
});

test('a fact is found through every replica, and both give the same snapshot', async () => {
  await mesh.call('state', 'store_fact', { text: 'the valve leaks', source: 'inspection' }, 15_000);
  await until('every replica finds the fact', async () => {
    const searches = Array.from({ length: 8 }, () => mesh.call('state', 'search_facts', { query: 'valve' }));
    const found = await Promise.all(searches);
    return found.every(({ body }) => body.facts.length === 1) || undefined;
  });
  const pictures = await Promise.all(Array.from({ length: 8 }, () => mesh.call('state', 'get_aggregated_state', {})));
  expect(new Set(pictures.map(({ body }) => body.snapshot_id)).size).toBe(1);
});
