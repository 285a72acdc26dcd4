import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

let world: World;
let replica: Awaited<ReturnType<typeof openReplica>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  world = openWorld();
  replica = await openReplica(world, 'organism-one');
});

const update = (wish: Parameters<typeof replica.client.update_routing_rules>[0]) =>
  world.passing(replica.client.update_routing_rules(wish));
const route = (task: { type: string; domain?: string }) => world.passing(replica.client.resolve_route({ task }));
const toActuator = { add: [{ task_type: 'wait', logical_id: 'actuator_organ_1' }] };

describe('rules', () => {
  test('are shipped ones first', async () => {
    const reply = await world.passing(replica.client.get_routing_rules({}));
    expect(reply).toMatchObject({ ok: true, value: { rules_by_task: {}, fallback: 'utility_organ_1' } });
  });

  test('lead elsewhere from the moment they are changed, in a new epoch', async () => {
    const before = await route({ type: 'wait' });
    expect(before).toMatchObject({ ok: true, value: { logical_id: 'utility_organ_1', resolved_from: 'default' } });
    const changed = await update(toActuator);
    expect(changed).toMatchObject({ ok: true, value: { added: 1, removed: 0, unchanged: 0 } });
    const after = await route({ type: 'wait' });
    expect(after).toMatchObject({ ok: true, value: { logical_id: 'actuator_organ_1', resolved_from: 'task' } });
    expect(after.ok && changed.ok && after.value.epoch).toBe(changed.ok && changed.value.epoch);
    expect(before.ok && after.ok && after.value.epoch > before.value.epoch).toBe(true);
    const ran = await world.passing(replica.client.handle_task({ task: { type: 'wait', params: { for_ms: 1 } } }));
    expect(ran).toMatchObject({ ok: true, value: { organ_id: 'actuator_organ_1' } });
  });

  test('that hold already change neither revision nor epoch, also by a writer who is behind', async () => {
    const first = await update(toActuator);
    const again = await update({ ...toActuator, if_revision: 1 });
    expect(again).toMatchObject({ ok: true, value: { added: 0, unchanged: 1 } });
    expect(first.ok && again.ok && [again.value.revision, again.value.epoch]).toEqual(
      first.ok && [first.value.revision, first.value.epoch],
    );
  });

  test('are not changed on top of a revision nobody saw', async () => {
    await update(toActuator);
    const stale = await update({ remove: [{ task_type: 'wait' }], if_revision: 1 });
    expect(stale).toMatchObject({ ok: false, failure: { code: 'conflict' } });
    const told = stale.ok || stale.failure.code !== 'conflict' ? 0 : stale.failure.details.revision;
    expect(await update({ remove: [{ task_type: 'wait' }], if_revision: told })).toMatchObject({ ok: true });
  });

  test('may be tried without being written', async () => {
    expect(await update({ ...toActuator, dry_run: true })).toMatchObject({ ok: true, value: { added: 1 } });
    expect(await route({ type: 'wait' })).toMatchObject({ ok: true, value: { logical_id: 'utility_organ_1' } });
  });

  test('name organs that exist, unless they are said to come', async () => {
    const add = [{ task_type: 'wait', logical_id: 'later_organ' }];
    expect(await update({ add })).toMatchObject({
      ok: false,
      failure: { code: 'unknown_organ', details: { organ_id: 'later_organ' } },
    });
    expect(await update({ add, allow_unknown: true })).toMatchObject({ ok: true });
    expect(await route({ type: 'wait' })).toMatchObject({ ok: true, value: { logical_id: 'utility_organ_1' } });
  });

  test('are a thousand at most', async () => {
    const rules = (from: number) =>
      Array.from({ length: 100 }, (_, i) => ({ task_type: `type_${from + i}`, logical_id: 'utility_organ_1' }));
    const shipped = 4;
    for (let from = 0; from < 900; from += 100) expect(await update({ add: rules(from) })).toMatchObject({ ok: true });
    expect(await update({ add: rules(900) })).toMatchObject({
      ok: false,
      failure: { code: 'too_many_rules', details: { max: 1000, rules: 1000 + shipped } },
    });
  });
});

test('many tasks at once, each with its own answer', async () => {
  const tasks = [
    { index: 0, type: 'wait' },
    { key: 'b', type: 'analyze_series', domain: 'anomaly' },
    { index: 2, type: 'fly' },
    { type: 'health_check', requires: ['wait'], preferred_logical_id: 'cognitive_organ_1' },
  ];
  const reply = await world.passing(replica.client.resolve_routes({ tasks }));
  expect(reply).toMatchObject({
    ok: true,
    value: {
      results: [
        { index: 0, status: 'ok', logical_id: 'utility_organ_1', resolved_from: 'default', cache_hit: true },
        { key: 'b', status: 'ok', logical_id: 'cognitive_organ_1', resolved_from: 'domain' },
        { index: 2, status: 'unknown_type' },
        { status: 'ok', queue: 'utility_organ_1', instance_id: 'organism-one' },
      ],
    },
  });
});

test('organism.A21: 257 tasks at once are a bad request that names the field', async () => {
  const tasks = Array.from({ length: 257 }, () => ({ type: 'wait' }));
  const body = JSON.stringify({ tasks });
  const reply = await world.passing(
    replica.client.request('resolve_routes', body, { 'Content-Type': 'application/json' }),
  );
  expect(reply).toMatchObject({
    status: '400',
    json: { error: { code: 'bad_request', details: { field: '/tasks' } } },
  });
});

test('every replica reads its rules anew when told to, and whoever does not answer is missed', async () => {
  await openReplica(world, 'organism-two');
  const refresh = (all_replicas: boolean) => world.passing(replica.client.refresh_routing_cache({ all_replicas }));
  expect(await refresh(true)).toMatchObject({ ok: true, value: { entries: 4, replicas: 2, partial: false } });
  expect(await refresh(false)).toMatchObject({ ok: true, value: { replicas: 1, partial: false } });
});

test('with nobody alive a task waits where it belongs, and many say so', async () => {
  await world.passing(replica.running.drain?.(1000) ?? Promise.resolve());
  expect(await route({ type: 'wait' })).toMatchObject({
    ok: true,
    value: { logical_id: 'utility_organ_1', alive: false },
  });
  const many = await world.passing(replica.client.resolve_routes({ tasks: [{ type: 'wait' }] }));
  expect(many).toMatchObject({ ok: true, value: { results: [{ status: 'no_active_instance' }] } });
});
