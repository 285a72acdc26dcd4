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

test('a replica asks to be replaced when a second thread does not go', () => {
  replica.stuck.more();
  expect(replica.stuck.why).toEqual([]);
  replica.stuck.more();
  expect(replica.stuck.why).toEqual(['2 threads are stuck']);
});

describe('what is there', () => {
  test('three organs with their agents', async () => {
    const reply = await world.passing(replica.client.get_organ_status({}));
    expect(reply.ok && reply.value.organs.map(({ organ_id, agents, state }) => [organ_id, agents.idle, state])).toEqual(
      [
        ['actuator_organ_1', 1, 'ready'],
        ['cognitive_organ_1', 1, 'ready'],
        ['utility_organ_1', 1, 'ready'],
      ],
    );
  });

  test('agents by page, by organ and by skill', async () => {
    const first = await world.passing(replica.client.list_agents({ limit: 2 }));
    expect(first.ok && [first.value.agents.length, first.value.next_cursor]).toEqual([2, 'cognitive_organ_1_agent_0']);
    const rest = await world.passing(replica.client.list_agents({ cursor: 'cognitive_organ_1_agent_0' }));
    expect(rest.ok && rest.value.agents.map(({ agent_id }) => agent_id)).toEqual(['utility_organ_1_agent_0']);
    const able = await world.passing(replica.client.list_agents({ skill: 'health_check' }));
    expect(able.ok && able.value.agents).toHaveLength(1);
  });

  test('one organ, and none of that name', async () => {
    const one = await world.passing(replica.client.get_organ_status({ organ_id: 'utility_organ_1' }));
    expect(one.ok && one.value.organs).toHaveLength(1);
    const none = await world.passing(replica.client.get_organ_status({ organ_id: 'nobody' }));
    expect(none).toMatchObject({ ok: false, failure: { code: 'unknown_organ' } });
  });

  test('the whole in one look', async () => {
    const reply = await world.passing(replica.client.get_organism_status({}));
    expect(reply).toMatchObject({
      ok: true,
      value: {
        state: 'ready',
        initialized: true,
        organs: 3,
        agents: { idle: 3 },
        hosts: [{ id: 'organism-one', agents: 3, stuck_threads: 0 }],
      },
    });
  });

  test('a route names organ, queue, host and epoch', async () => {
    const reply = await world.passing(replica.client.resolve_route({ task: { type: 'analyze_series' } }));
    expect(reply).toMatchObject({
      ok: true,
      value: {
        logical_id: 'utility_organ_1',
        queue: 'utility_organ_1',
        resolved_from: 'default',
        alive: true,
        instance_id: 'organism-one',
      },
    });
  });
});

describe('a second replica', () => {
  test('creates nothing twice, and answers through the queue for agents it has not', async () => {
    const second = await openReplica(world, 'organism-two');
    const agents = await world.passing(second.client.list_agents({}));
    expect(agents.ok && agents.value.agents.map(({ host }) => host)).toEqual(Array(3).fill('organism-one'));
    const task = { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };
    const reply = await world.passing(second.client.handle_task({ task }));
    expect(reply).toMatchObject({ ok: true, value: { result: { result: 2 } } });
  });

  test('takes over what the first lets go, under newer epochs', async () => {
    const before = await world.passing(replica.client.list_agents({}));
    const second = await openReplica(world, 'organism-two');
    await world.passing(replica.running.drain?.(30_000) ?? Promise.resolve());
    await world.clock.advance(3000);
    const agents = await world.passing(second.client.list_agents({}));
    expect(agents.ok && agents.value.agents.map(({ host }) => host)).toEqual(Array(3).fill('organism-two'));
    const epochs = (list: typeof agents) => (list.ok ? list.value.agents.map(({ epoch }) => epoch) : []);
    for (const [i, epoch] of epochs(agents).entries()) expect(epoch).toBeGreaterThan(epochs(before)[i] ?? Number.NaN);
  });

  test('raises the number of agents when it is told to', async () => {
    const second = await openReplica(world, 'organism-two', { agents: 2 });
    const status = await world.passing(second.client.get_organism_status({}));
    expect(status).toMatchObject({ ok: true, value: { agents: { idle: 6 }, hosts: [{ agents: 3 }, { agents: 3 }] } });
  });
});
