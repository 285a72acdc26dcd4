import { beforeAll, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from '../testing/fake-replica.ts';
import { hungIsolates, loopbackIsolates } from '../testing/loopback.ts';
import { makeRoom } from '../testing/organs-bucket.ts';

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

const sum = { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };

/** Three replicas with so many agents, of which so many do not turn. */
async function crowd(agents: number, hung: number) {
  const world = openWorld();
  const left = [0, 1, 2].map((i) => Math.floor((hung + i) / 3));
  const replicas = [];
  // Whoever hangs from the start on is replaced before everybody is there.
  let begun = false;
  for (const [i, name] of ['one', 'two', 'three'].entries()) {
    const isolates = () => {
      const hang = begun && (left[i] ?? 0) > 0;
      if (hang) left[i] = (left[i] ?? 0) - 1;
      return hang ? hungIsolates(world.clock) : loopbackIsolates(world.clock);
    };
    replicas.push(await openReplica(world, name, { isolates }));
  }
  const [first] = replicas;
  if (first === undefined) throw new Error('no replica');
  const organs = ['utility_organ_1', 'cognitive_organ_1'];
  for (const organ of organs) await world.passing(makeRoom(first.store, organ));
  await world.clock.advance(2500);
  begun = true;
  const wishes = Array.from({ length: agents - 3 }, (_, i) => ({ organ_id: organs[i % 2] ?? '', agent_id: `a${i}` }));
  for (let i = 0; i < wishes.length; i += 50)
    await world.passing(first.client.create_agents({ agents: wishes.slice(i, i + 50) }));
  return { world, first, left };
}

/** How long something takes in virtual time, and what comes of it. */
async function timed<T>(world: World, work: () => Promise<T>) {
  const startedAt = world.clock.now();
  const value = await world.passing(work());
  return { value, ms: world.clock.now() - startedAt };
}

test('organism.A2: of 140 agents on three replicas, 100 of which hang, both collections tell within the time', async () => {
  const { world, first, left } = await crowd(140, 100);
  expect(left).toEqual([0, 0, 0]);
  const idle = await timed(world, () => first.client.get_agent({ agent_id: 'a100' }));
  for (const [what, timeoutMs] of [
    ['collect_heartbeats', 2000],
    ['collect_agent_stats', 2500],
  ] as const) {
    const under = timed(world, () => first.client.get_agent({ agent_id: 'a100' }));
    const { value, ms } = await timed<unknown>(world, () => first.client[what]({ probe: true }));
    expect(value).toMatchObject({
      ok: true,
      value: { requested: 140, fresh: 40, cached: 100, missing: 0, partial: true },
    });
    expect(ms).toBeLessThanOrEqual(1.1 * timeoutMs);
    expect((await under).ms).toBeLessThanOrEqual(2 * Math.max(10, idle.ms));
    const lines = Object.values((value as { value: { agents: Record<string, Line> } }).value.agents);
    const late = lines.filter(({ error }) => error === 'timeout');
    expect(late).toHaveLength(100);
    expect(
      late.every(
        ({ age_ms, responding, heartbeat, stats }) => (age_ms ?? 0) > 0 && responding === false && (heartbeat ?? stats),
      ),
    ).toBe(true);
    expect(lines.filter(({ source, responding }) => source === 'live' && responding)).toHaveLength(40);
  }
}, 60_000);

type Line = {
  readonly source: string;
  readonly error?: string;
  readonly age_ms?: number;
  readonly responding?: boolean;
  readonly heartbeat?: object;
  readonly stats?: object;
};

test('a heartbeat and figures tell how an agent has fared, and who is unknown', async () => {
  const world = openWorld();
  const { client } = await openReplica(world, 'one');
  const agent_id = 'utility_organ_1_agent_0';
  await world.passing(client.execute_on_agent({ agent_id, task: sum }));
  const asked = { agent_ids: [agent_id, 'nobody'] };
  const heartbeats = await world.passing(client.collect_heartbeats(asked));
  expect(heartbeats).toMatchObject({
    ok: true,
    value: {
      ...{ requested: 2, fresh: 1, missing: 1, partial: true },
      agents: {
        [agent_id]: {
          source: 'live',
          heartbeat: {
            role_probs: { o: expect.closeTo(0.49, 9) },
            performance_metrics: { success_rate: 1, tasks_processed: 1, quality_score: null },
          },
        },
        nobody: { source: 'none', error: 'unknown_agent' },
      },
    },
  });
  const stats = await world.passing(client.collect_agent_stats(asked));
  const fared = { tasks_processed: 1, success_rate: 1, avg_quality: null, capability_score: expect.closeTo(0.55, 9) };
  expect(stats).toMatchObject({ ok: true, value: { agents: { [agent_id]: { stats: fared } } } });
});

test('what was heard lately is not asked for again, and says how old it is', async () => {
  const world = openWorld();
  const one = await openReplica(world, 'one');
  const two = await openReplica(world, 'two');
  const here = { instance: two.client.instance };
  const asked = { agent_ids: ['utility_organ_1_agent_0'] };
  const first = await world.passing(two.client.collect_heartbeats(asked, here));
  expect(first).toMatchObject({ ok: true, value: { fresh: 1, partial: false } });
  await world.clock.advance(3000);
  one.mesh.transport.disconnect();
  const again = await world.passing(two.client.collect_heartbeats({ ...asked, max_age_ms: 10_000 }, here));
  expect(again).toMatchObject({ ok: true, value: { fresh: 0, cached: 1, partial: false, took_ms: 0 } });
  const now = await world.passing(two.client.collect_heartbeats({ ...asked, timeout_ms: 500 }, here));
  const line = now.ok ? now.value.agents['utility_organ_1_agent_0'] : undefined;
  expect(line).toMatchObject({ source: 'cached', error: 'timeout' });
  expect(line?.age_ms).toBeGreaterThanOrEqual(3000);
});

test('a collection comes in pages', async () => {
  const world = openWorld();
  const { client } = await openReplica(world, 'one', { agents: 2 });
  const first = await world.passing(client.collect_heartbeats({ limit: 4 }));
  const cursor = first.ok ? (first.value.next_cursor ?? '') : '';
  const rest = await world.passing(client.collect_heartbeats({ limit: 4, cursor }));
  const names = [first, rest].map((reply) => (reply.ok ? Object.keys(reply.value.agents).length : 0));
  expect([names, rest.ok && rest.value.next_cursor]).toEqual([[4, 2], undefined]);
});
