import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

type Replica = Awaited<ReturnType<typeof openReplica>>;
let world: World;
let replica: Replica;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  world = openWorld();
  replica = await openReplica(world, 'organism-one');
});

const passing = <T>(work: Promise<T>) => world.passing(work);
const waitOn = (organ_id: string, for_ms: number) =>
  passing(replica.client.execute_on_organ({ organ_id, task: { type: 'wait', params: { for_ms } } }));

test('figures of every replica, and of all together', async () => {
  await openReplica(world, 'organism-two');
  await waitOn('utility_organ_1', 500);
  await waitOn('actuator_organ_1', 500);
  const all = await passing(replica.client.get_organism_metrics({ window_s: 60 }));
  expect(all).toMatchObject({
    ok: true,
    value: {
      merged: { counters: { runs: 2, by_end: { ok: 2 } }, gauges: { idle: 3, busy: 0 } },
      replicas: [{ instance: 'organism-one' }, { instance: 'organism-two', counters: { runs: 0 }, p50_ms: null }],
      partial: false,
    },
  });
  expect(all.ok && all.value.merged.p95_ms).toBeGreaterThanOrEqual(500);
  const one = await passing(replica.client.get_organism_metrics({ organ_id: 'actuator_organ_1' }));
  expect(one).toMatchObject({ ok: true, value: { merged: { counters: { runs: 1 }, gauges: { idle: 1 } } } });
  const none = await passing(replica.client.get_organism_metrics({ organ_id: 'nobody' }));
  expect(none).toMatchObject({ ok: false, failure: { code: 'unknown_organ' } });
});

test('a replica that fell silent is named, and not counted', async () => {
  const second = await openReplica(world, 'organism-two');
  second.mesh.transport.disconnect();
  const reply = await passing(replica.client.get_organism_metrics({}));
  expect(reply).toMatchObject({ ok: true, value: { partial: true, missing_replicas: ['organism-two'] } });
});

describe('the summary', () => {
  test('tells of work by skill, success and agents', async () => {
    await waitOn('utility_organ_1', 100);
    const bad = { type: 'json_transform', params: { data: 1, expression: '(' } };
    await passing(replica.client.handle_task({ task: bad }));
    expect(await passing(replica.client.get_organism_summary({}))).toMatchObject({
      ok: true,
      value: {
        tasks: { wait: { runs: 1, ok: 1 }, json_transform: { runs: 1, ok: 0 } },
        success_rate: 0.5,
        total_agents: 3,
        total_tasks_processed: { value: 2, n: 3 },
        average_capability_score: { value: expect.closeTo((0.55 + 0.45 + 0.5) / 3, 1), n: 3 },
        overall_health: 'healthy',
        reasons: [],
      },
    });
  });

  test('of a whole without agents says that it is down', async () => {
    await passing(replica.client.shutdown_organism({ confirm: 'shutdown', drain_ms: 0 }));
    expect(await passing(replica.client.get_organism_summary({}))).toMatchObject({
      ok: true,
      value: { overall_health: 'down', success_rate: null },
    });
  });
});

test('health names what is missing, since when, and what follows', async () => {
  expect(await passing(replica.client.get_organism_health({}))).toMatchObject({
    ok: true,
    value: { live: true, ready: true },
  });
  await passing(replica.client.update_organ_config({ organ_id: 'utility_organ_1', config: { desired: 2 } }));
  const now = new Date(world.clock.wallMs()).toISOString().slice(0, 16);
  expect(await passing(replica.client.get_organism_health({}))).toMatchObject({
    ok: true,
    value: {
      degraded: true,
      missing: expect.arrayContaining([
        {
          what: 'agents of utility_organ_1',
          since: expect.stringContaining(now),
          effect: '1 of 2 live: its work takes longer',
        },
      ]),
    },
  });
});

test('logs of all replicas, newest first', async () => {
  const line = (n: number) => JSON.stringify({ level: 'warn', time: `2026-11-22T00:00:0${n}.000Z`, msg: `line ${n}` });
  await openReplica(world, 'organism-two', { log: [line(1), line(3)] });
  const third = await openReplica(world, 'organism-three', { log: [line(2)] });
  const reply = await passing(third.client.get_organism_logs({ level: 'WARN', limit: 2 }));
  expect(reply).toMatchObject({
    ok: true,
    value: {
      lines: [
        { message: 'line 3', instance: 'organism-two' },
        { message: 'line 2', instance: 'organism-three' },
      ],
      cut: false,
      partial: false,
    },
  });
});
