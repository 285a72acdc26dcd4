import { type Beat, organism } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { bed, EPOCH_MS, replica, start } from './testing/started-state.ts';

const failure = (code: string, details: unknown = expect.anything()) => ({ ok: false, failure: { code, details } });
const beat = (agent_id: string, seq: number, more: Partial<Beat> = {}): Beat => ({
  agent_id,
  seq,
  load: 0.5,
  progress: null,
  loop_lag_ms: 1,
  at: new Date(EPOCH_MS).toISOString(),
  ...more,
});

test('an agent is created, changed, read, listed and deleted', async () => {
  const service = await start();
  const patch = { organ_id: 'utility', p: { e: 0.2, s: 0.3, o: 0.5 } };
  expect(await service.update_agent_state({ agent_id: 'a1', patch })).toEqual(
    failure('unknown_agent', { agent_id: 'a1' }),
  );
  const made = await service.update_agent_state({ agent_id: 'a1', patch, create: true });
  expect(made).toMatchObject({ ok: true, value: { revision: 1, changed: ['organ_id', 'p'], normalised: false } });
  expect(await service.get_agent_state({ agent_id: 'a1' })).toMatchObject({
    value: {
      agent: { organ_id: 'utility', c: { value: 0.5, n: 0 }, provenance: { organ_id: { who: 'outside' } } },
      revision: 1,
      heartbeat_age_ms: null,
      liveness: 'unknown',
    },
  });
  expect(await service.list_agents({ organ_id: 'utility' })).toMatchObject({ value: { total: 1, completeness: 1 } });
  expect(await service.list_agents({ organ_id: 'other' })).toMatchObject({ value: { total: 0, agents: [] } });
  expect(await service.delete_agent_state({ agent_id: 'a1' })).toEqual({ ok: true, value: { deleted: true } });
  expect(await service.delete_agent_state({ agent_id: 'a1' })).toEqual({ ok: true, value: { deleted: false } });
  expect(await service.get_agent_state({ agent_id: 'a1' })).toEqual(failure('unknown_agent'));
  await service.clock.advance(0);
  expect(service.told).toEqual(['agent_changed', 'agent_deleted']);
});

test('a repeat writes nothing and announces nothing', async () => {
  const service = await start();
  const wish = { agent_id: 'a1', patch: { mem_util: 0.5 }, create: true };
  await service.update_agent_state(wish);
  expect(await service.update_agent_state(wish)).toMatchObject({ value: { revision: 1, changed: [] } });
  await service.clock.advance(0);
  expect(service.told).toEqual(['agent_changed']);
});

test('compare-and-set: one winner per revision, the other learns the current one', async () => {
  const service = await start();
  await service.update_agent_state({ agent_id: 'a1', patch: {}, create: true });
  const race = [0.1, 0.2, 0.3].map((mem_util) =>
    service.update_agent_state({ agent_id: 'a1', patch: { mem_util }, expected_revision: 1 }),
  );
  const replies = await Promise.all(race);
  expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
  expect(replies.filter(({ ok }) => !ok)).toEqual([
    failure('conflict', { current_revision: 2 }),
    failure('conflict', { current_revision: 2 }),
  ]);
  expect(await service.delete_agent_state({ agent_id: 'a1', expected_revision: 1 })).toEqual(
    failure('conflict', { current_revision: 2 }),
  );
});

test('two replicas that write different fields at the same time lose neither', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  await one.update_agent_state({ agent_id: 'a1', patch: {}, create: true });
  const writes = [...Array(20).keys()].map((i) => {
    const patch = i % 2 === 0 ? { mem_util: i / 20 } : { quality: [i / 20] };
    return (i % 2 === 0 ? one : two).update_agent_state({ agent_id: 'a1', patch });
  });
  await on.clock.advance(20_000);
  expect((await Promise.all(writes)).every(({ ok }) => ok)).toBe(true);
  const read = await two.get_agent_state({ agent_id: 'a1', consistency: 'leader' });
  expect(read).toMatchObject({
    value: { revision: 21, agent: { mem_util: expect.any(Number), quality: [expect.any(Number)] } },
  });
});

test('an old owner is fenced', async () => {
  const service = await start();
  await service.update_agent_state({ agent_id: 'a1', patch: {}, create: true, epoch: 8 });
  expect(await service.update_agent_state({ agent_id: 'a1', patch: { mem_util: 1 }, epoch: 7 })).toEqual(
    failure('stale_epoch', { current_epoch: 8 }),
  );
});

test('a replica that is behind answers a minimum revision from the leader', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  const made = await one.update_agent_state({ agent_id: 'a1', patch: { mem_util: 0.7 }, create: true });
  const min_revision = made.ok ? made.value.revision : 0;
  const read = await two.get_agent_state({ agent_id: 'a1', min_revision });
  expect(read).toMatchObject({ ok: true, value: { revision: min_revision, agent: { mem_util: 0.7 } } });
});

test('heartbeats bring an agent to life, and their changed fields reach its record within 5 s', async () => {
  const service = await start();
  const agents = [beat('a1', 1, { changed: { organ_id: 'utility', mem_util: 0.25, epoch: 3 } })];
  service.organismMesh.publish(organism, 'heartbeat', { instance: 'organism-1', agents });
  await service.clock.advance(4999);
  expect(await service.list_agents({})).toMatchObject({ value: { total: 0 } });
  await service.clock.advance(1);
  expect(await service.get_agent_state({ agent_id: 'a1' })).toMatchObject({
    value: {
      agent: { organ_id: 'utility', mem_util: 0.25, epoch: 3, provenance: { mem_util: { who: 'organism-1' } } },
      heartbeat_age_ms: 5000,
      liveness: 'alive',
    },
  });
  await service.clock.advance(10_001);
  expect(await service.list_agents({ alive_within_s: 15 })).toMatchObject({ value: { total: 0 } });
  expect(await service.get_agent_state({ agent_id: 'a1' })).toMatchObject({ value: { liveness: 'late' } });
});

test('an agent that tells something new with every beat is written every 5 s, with the newest of each field', async () => {
  const service = await start();
  for (let seq = 1; seq <= 30; seq++) {
    const agents = [beat('a1', seq, { changed: { mem_util: seq / 100 } })];
    service.organismMesh.publish(organism, 'heartbeat', { instance: 'organism-1', agents });
    await service.clock.advance(2000);
  }
  expect(service.told.length).toBeGreaterThanOrEqual(9);
  expect(service.told.length).toBeLessThanOrEqual(12);
  await service.clock.advance(5000);
  expect(await service.get_agent_state({ agent_id: 'a1' })).toMatchObject({ value: { agent: { mem_util: 0.3 } } });
});

test('changed fields the broker does not take are written once it does', async () => {
  const service = await start();
  const publish = (seq: number, changed: Beat['changed']) =>
    service.organismMesh.publish(organism, 'heartbeat', {
      instance: 'organism-1',
      agents: [beat('a1', seq, { changed })],
    });
  service.store.broker.disconnect();
  publish(1, { mem_util: 0.1, organ_id: 'utility' });
  await service.clock.advance(5000);
  publish(2, { mem_util: 0.2 });
  service.store.broker.reconnect();
  await service.clock.advance(30_000);
  expect(await service.get_agent_state({ agent_id: 'a1' })).toMatchObject({
    value: { agent: { mem_util: 0.2, organ_id: 'utility' } },
  });
});

test('a fact is stored once, found by its words, and stands beside what contradicts it', async () => {
  const service = await start();
  const about = { subject: 'pump-3', predicate: 'state', source: 'inspection' };
  const first = await service.store_fact({ ...about, text: 'Pump 3 vibrates above 40 Hz', object: 'vibrating' });
  const again = await service.store_fact({ ...about, text: 'pump 3  vibrates above 40 hz', object: 'vibrating' });
  expect(first).toMatchObject({ ok: true, value: { deduplicated: false, conflict_set: [] } });
  expect(again).toMatchObject({ ok: true, value: { deduplicated: true } });
  const fact_id = first.ok ? first.value.fact_id : '';
  const calm = await service.store_fact({ ...about, text: 'Pump 3 is calm', object: 'calm' });
  expect(calm).toMatchObject({ value: { conflict_set: [fact_id] } });
  const found = await service.search_facts({ query: 'vibrates pump', mode: 'text' });
  expect(found).toMatchObject({
    value: {
      facts: [{ fact: { fact_id }, score: 1, ranks: { text: 1 } }, { ranks: { text: 2 } }],
      coverage: { index: 1 },
    },
  });
  await service.clock.advance(0);
  expect(service.told).toEqual(['fact_stored', 'fact_stored', 'fact_conflict']);
});

test('a fact of one replica is found by another, and by one that starts later', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  await one.store_fact({ text: 'the valve leaks', source: 'inspection', tags: ['incident'] });
  await on.clock.advance(0);
  const three = await replica(on, 30);
  for (const service of [one, two, three])
    expect(await service.search_facts({ query: 'valve', mode: 'text', tags: ['incident'] })).toMatchObject({
      value: { facts: [{ fact: { text: 'the valve leaks' } }] },
    });
});

test('a fact is changed by compare-and-set under its id', async () => {
  const service = await start();
  const made = await service.store_fact({ fact_id: 'f1', text: 'one', source: 's' });
  const first = made.ok ? made.value.revision : 0;
  const wish = { fact_id: 'f1', text: 'two', source: 's', expected_revision: first };
  const second = first + 1;
  expect(await service.store_fact(wish)).toMatchObject({ ok: true, value: { revision: second, deduplicated: false } });
  expect(await service.store_fact({ ...wish, text: 'three' })).toEqual(
    failure('conflict', { current_revision: second }),
  );
  expect(await service.store_fact({ text: 'я'.repeat(4096), source: 's' })).toEqual(
    failure('too_large', { limit: 4096, got: 8192 }),
  );
});

test('the picture of an empty mesh lists what is missing', async () => {
  const service = await start();
  await service.clock.advance(1000);
  const reply = await service.get_aggregated_state({});
  expect(reply).toMatchObject({
    ok: true,
    value: {
      completeness: 0,
      parts: {
        agents: { completeness: 1, data: [] },
        organs: { completeness: 0, missing: ['organs: not read in full yet'] },
        system: {
          data: {
            h: null,
            mode: null,
            services: expect.arrayContaining([{ service: 'ml', instances: 0, age_ms: null }]),
          },
        },
        memory: { data: { facts: 0 } },
      },
    },
  });
});

test('a corrupt record is an answer, is left alone, and is missing from lists and pictures', async () => {
  const service = await start();
  await service.update_agent_state({ agent_id: 'good', patch: {}, create: true });
  await service.store.broker.write('$KV.test_agents.bad', new TextEncoder().encode('{"broken":'));
  await service.clock.advance(0);
  expect(await service.get_agent_state({ agent_id: 'bad' })).toEqual(failure('corrupt_record'));
  expect(await service.update_agent_state({ agent_id: 'bad', patch: {}, create: true })).toEqual(
    failure('corrupt_record'),
  );
  expect(await service.list_agents({})).toMatchObject({ value: { total: 1, completeness: 0.5 } });
});

test.each([
  ['update_agent_state', { agent_id: 'a.b', patch: {} }, '/agent_id'],
  ['update_agent_state', { agent_id: '*', patch: {} }, '/agent_id'],
  ['update_agent_state', { agent_id: 'a', patch: { moods: 1 } }, '/patch/moods'],
  ['update_agent_state', { agent_id: 'a', patch: { p: { e: 1, s: 0 } } }, '/patch/p/o'],
  ['advance_belief', { project_id: 'p', new_state: 'x', request_id: 'a b' }, '/request_id'],
  ['set_constraints', { project_id: 'p', constraints: [], expected_revision: 0, request_id: 'r' }, '/constraints'],
  ['store_fact', { text: 'x', source: 's', trust: 1.1 }, '/trust'],
  ['store_fact', { text: 'x', source: 's', tags: ['a b'] }, '/tags/0'],
  ['search_facts', { query: 'x', k: 51 }, '/k'],
  ['get_aggregated_state', { since_s: 0 }, '/since_s'],
])('%s refuses %j and names %s', async (endpoint, body, field) => {
  const service = await start();
  const reply = await service.request(endpoint, JSON.stringify(body));
  expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field } } });
});
