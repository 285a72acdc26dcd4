import { expect, test } from 'vitest';
import { start } from './testing/started-state.ts';

test('its figures are those of what was stored, read and found', async () => {
  const service = await start();
  await service.update_agent_state({ agent_id: 'a1', patch: {}, create: true });
  await service.store_fact({ text: 'the pump leaks', source: 's' });
  await service.store_memory({ agent_id: 'a1', items: [{ kind: 'note', text: 'a leak' }] });
  await service.set_item({ key: 'k', value: { celsius: 4 } });
  for (const key of ['k', 'k', 'k', 'nowhere']) await service.get_item({ key });
  await service.clock.advance(1000);
  const reply = await service.get_state_stats({});
  expect(reply).toMatchObject({
    ok: true,
    value: {
      ...{ instance: 'state-10', since: '2026-11-22T00:00:00.000Z' },
      records: { agents: 1, facts: 1, long_term: 1, flashbulb: 0, episode: 0, mw: 1, shared_cache: 0 },
      ...{ corrupt: 0, newer: 0, quarantined: 0, flawed: [], rejected_beats: 0 },
      cache: { entries: 1, l1: 3, missed: 1, negative: 0, dropped: 0, hit_ratio: 0.75 },
      index: { facts: { documents: 1, coverage: 1 }, memory: { documents: 1, coverage: 1 } },
      streams: [{ name: 'SC_test_EPISODES' }, { name: 'SC_test_QUARANTINE', messages: 0, bytes: 0 }],
    },
  });
  const value = reply.ok ? reply.value : undefined;
  expect(value?.singletons.map(({ name, created_by }) => `${name} ${created_by}`).sort()).toEqual([
    'miss_tracker state-10',
    'mw state-10',
    'shared_cache state-10',
  ]);
  expect(value?.buckets.find(({ name }) => name === 'test_agents')).toMatchObject({ messages: 1 });
  // Nobody has registered organs: the rest was read in full.
  expect(value?.watch_lag_ms).toMatchObject({ agents: expect.any(Number), organs: null });
});

test('the state of the system tells who answers, who holds which lease, and what is stored', async () => {
  const service = await start();
  await service.clock.advance(6000);
  await service.store.broker.write('$KV.test_leases.odd', new TextEncoder().encode('mine'));
  const reply = await service.get_system_state({});
  const value = reply.ok ? reply.value : undefined;
  expect(value).toMatchObject({ mode: null, mode_age_ms: null, leases_more: 0 });
  expect(value?.services.map(({ service: name }) => name)).toEqual(expect.arrayContaining(['energy', 'state']));
  expect(value?.leases.map(({ name }) => name).slice(0, 3)).toEqual(['odd', 'state-memory', 'state_embedding']);
  expect(value?.leases[0]).toMatchObject({ holder: null, ttl_ms: null });
  expect(value?.leases[1]).toMatchObject({ holder: expect.any(String), ttl_ms: 20_000 });
  expect(value?.leases[1]?.renewed_ms).toBeLessThan(20_000);
  expect(value?.buckets.map(({ name }) => name)).toContain('test_leases');
});

test('with the broker away its figures are refused, not made up', async () => {
  const service = await start();
  service.store.broker.disconnect();
  const asked = service.request('get_state_stats', '{}');
  await service.clock.advance(60_000);
  expect((await asked).json).toMatchObject({ error: { retryable: true } });
});
