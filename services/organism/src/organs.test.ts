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
const configure = (wish: Parameters<Replica['client']['update_organ_config']>[0]) =>
  passing(replica.client.update_organ_config(wish));
const agentsOf = async (organ_id: string) => {
  const reply = await passing(replica.client.list_agents({ organ_id }));
  return reply.ok ? reply.value.agents : expect.fail('no list');
};
const stateOf = async (organ_id: string) => {
  const reply = await passing(replica.client.get_organ_status({ organ_id }));
  return reply.ok ? reply.value.organs[0] : expect.fail('no status');
};
const sensors = { organ_id: 'sensors_1', create: true, config: { skills: ['wait'], desired: 2 } };
const waitFor = (for_ms: number) => ({ type: 'wait', params: { for_ms, hold: true } });

describe('an organ that is set up by hand', () => {
  test('is made with its agents, and takes work', async () => {
    expect(await configure(sensors)).toMatchObject({ ok: true, value: { revision: expect.any(Number) } });
    expect(await stateOf('sensors_1')).toMatchObject({ state: 'starting', agents: { desired: 2 } });
    await world.clock.advance(5000);
    expect((await agentsOf('sensors_1')).map(({ agent_id }) => agent_id)).toEqual([
      'sensors_1_agent_0',
      'sensors_1_agent_1',
    ]);
    expect(await stateOf('sensors_1')).toMatchObject({ state: 'ready', agents: { idle: 2 } });
    const ran = await passing(replica.client.execute_on_organ({ organ_id: 'sensors_1', task: waitFor(10) }));
    expect(ran).toMatchObject({ ok: true, value: { organ_id: 'sensors_1', state: 'succeeded' } });
  });

  test('is not made by mistake', async () => {
    expect(await configure({ ...sensors, create: false })).toMatchObject({
      ok: false,
      failure: { code: 'unknown_organ', details: { known: expect.arrayContaining(['utility_organ_1']) } },
    });
  });

  test('may be tried without being written', async () => {
    expect(await configure({ ...sensors, dry_run: true })).toMatchObject({ ok: true, value: { revision: 0 } });
    expect(await configure({ ...sensors, create: false })).toMatchObject({ failure: { code: 'unknown_organ' } });
  });

  test('says everything that is wrong with it', async () => {
    const config = { skills: ['wate'], desired: 11 };
    expect(await configure({ ...sensors, config })).toMatchObject({
      ok: false,
      failure: { code: 'invalid_config', details: { problems: [{ path: 'desired' }, { path: 'skills/0' }] } },
    });
  });

  test('is changed only on top of what its writer saw, unless it is so already', async () => {
    const made = await configure(sensors);
    const revision = made.ok ? made.value.revision : 0;
    const up = { organ_id: 'sensors_1', config: { desired: 3 }, if_revision: revision };
    expect(await configure(up)).toMatchObject({ ok: true, value: { changed: [{ path: 'desired', from: 2, to: 3 }] } });
    expect(await configure(up)).toMatchObject({ ok: true, value: { changed: [] } });
    expect(await configure({ ...up, config: { desired: 4 } })).toMatchObject({ failure: { code: 'conflict' } });
  });

  test('gives its agents what it may do, under new epochs', async () => {
    const [before] = await agentsOf('cognitive_organ_1');
    const task = { organ_id: 'cognitive_organ_1', task: waitFor(10) };
    expect(await passing(replica.client.execute_on_organ(task))).toMatchObject({
      failure: { code: 'no_capable_agent' },
    });
    const skills = ['analyze_series', 'fact_search', 'json_transform', 'wait'];
    await configure({ organ_id: 'cognitive_organ_1', config: { skills } });
    await world.clock.advance(5000);
    const [after] = await agentsOf('cognitive_organ_1');
    expect(after?.skills).toEqual(skills);
    expect(after?.epoch).toBeGreaterThan(before?.epoch ?? Number.NaN);
    expect(await passing(replica.client.execute_on_organ(task))).toMatchObject({ ok: true });
  });

  test('is not raised by the next start of a replica', async () => {
    await configure({ organ_id: 'utility_organ_1', config: { desired: 1, max_agents: 5 } });
    await openReplica(world, 'organism-two', { agents: 3 });
    expect(await stateOf('utility_organ_1')).toMatchObject({ agents: { desired: 1 } });
    expect(await stateOf('actuator_organ_1')).toMatchObject({ agents: { desired: 3 } });
  });
});

describe('a shutdown', () => {
  const shutdown = (drain_ms = 1000) => passing(replica.client.shutdown_organism({ confirm: 'shutdown', drain_ms }));

  test('wants to be meant', async () => {
    expect(await passing(replica.client.shutdown_organism({}))).toMatchObject({
      failure: { code: 'confirmation_required' },
    });
    expect(await passing(replica.client.get_organism_status({}))).toMatchObject({ value: { state: 'ready' } });
  });

  test('organism.A21: meant wrongly it is a bad request that names the field', async () => {
    const reply = await passing(replica.client.request('shutdown_organism', '{"confirm":"restart"}'));
    expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field: '/confirm' } } });
  });

  test('lets what runs finish, begins nothing more, and answers', async () => {
    const running = replica.client.execute_on_organ({ organ_id: 'utility_organ_1', task: waitFor(500) });
    running.catch(() => undefined);
    await world.clock.advance(100);
    expect(await shutdown()).toMatchObject({
      ok: true,
      value: { state: 'stopped', finished: 1, handed_back: 0, killed: 0, partial: false },
    });
    expect(await passing(running)).toMatchObject({ ok: true });
    const refused = await passing(replica.client.execute_on_organ({ organ_id: 'utility_organ_1', task: waitFor(1) }));
    expect(refused).toMatchObject({ failure: { code: 'organ_not_ready', details: { state: 'stopped' } } });
    const named = { agent_id: 'utility_organ_1_agent_0', task: waitFor(1) };
    expect(await passing(replica.client.execute_on_agent(named))).toMatchObject({
      failure: { code: 'organ_not_ready' },
    });
    expect(await passing(replica.client.get_organism_status({}))).toMatchObject({ value: { state: 'stopped' } });
    expect(await stateOf('utility_organ_1')).toMatchObject({ state: 'stopped', agents: { idle: 1 } });
  });

  test('organism.A17: hands back what does not finish in time, uncounted, and it is done once everybody works again', async () => {
    const queued = replica.tasks.run(waitFor(5000), { queue: 'utility_organ_1', timeoutMs: 120_000 });
    const attached = replica.client.execute_on_organ({ organ_id: 'actuator_organ_1', task: waitFor(5000) });
    attached.catch(() => undefined);
    await world.clock.advance(500);
    expect(await shutdown(1000)).toMatchObject({ ok: true, value: { finished: 0, handed_back: 2, killed: 0 } });
    await expect(passing(attached)).rejects.toMatchObject({ code: expect.stringMatching(/draining|unavailable/) });
    await world.clock.advance(20_000);
    const begun = await passing(replica.client.initialize_organism({ wait_ms: 1000 }));
    expect(begun).toMatchObject({ ok: true, value: { state: 'ready', created: [], waiting_for: [] } });
    expect(await passing(queued)).toMatchObject({ ok: true, value: { result: { state: 'succeeded' } } });
  });

  test('is a wish that is kept: replicas that come later, and organs made later, begin nothing either', async () => {
    await shutdown();
    await configure(sensors);
    const second = await openReplica(world, 'organism-two');
    await world.clock.advance(3000);
    const refused = await passing(second.client.execute_on_organ({ organ_id: 'utility_organ_1', task: waitFor(1) }));
    expect(refused).toMatchObject({ failure: { code: 'organ_not_ready' } });
    expect(await stateOf('sensors_1')).toMatchObject({ state: 'stopped' });
    await passing(second.client.initialize_organism({ wait_ms: 5000 }));
    await world.clock.advance(3000);
    expect(await passing(replica.client.get_organism_status({}))).toMatchObject({
      value: { state: 'ready', organs: 4 },
    });
  });

  test('reaches every replica, and can be asked for again', async () => {
    const second = await openReplica(world, 'organism-two');
    await passing(second.client.update_organ_config({ organ_id: 'utility_organ_1', config: { desired: 2 } }));
    await world.clock.advance(5000);
    const hosts = (await agentsOf('utility_organ_1')).map(({ host }) => host);
    expect(hosts).toHaveLength(2);
    expect(await shutdown()).toMatchObject({ value: { state: 'stopped', missing_replicas: [] } });
    expect(await shutdown()).toMatchObject({ value: { state: 'stopped', missing_replicas: [] } });
    expect(await passing(second.client.get_organism_status({}))).toMatchObject({ value: { state: 'stopped' } });
  });
});

describe('a restart', () => {
  test('begins agents of one organ anew, under new epochs, and leaves the others alone', async () => {
    const before = [...(await agentsOf('utility_organ_1')), ...(await agentsOf('actuator_organ_1'))];
    const restart = replica.client.restart_organism({
      confirm: 'restart',
      organ_id: 'utility_organ_1',
      drain_ms: 1000,
    });
    expect(await passing(restart)).toMatchObject({
      ok: true,
      value: { generation: 1, restarted: 1, handed_back: 0, partial: false },
    });
    await world.clock.advance(4000);
    const after = [...(await agentsOf('utility_organ_1')), ...(await agentsOf('actuator_organ_1'))];
    expect(after[0]?.epoch).toBeGreaterThan(before[0]?.epoch ?? Number.NaN);
    expect(after[1]?.epoch).toBe(before[1]?.epoch);
    const ran = await passing(replica.client.execute_on_organ({ organ_id: 'utility_organ_1', task: waitFor(1) }));
    expect(ran).toMatchObject({ ok: true });
  });

  test('loses no task that waits or runs', async () => {
    const run = () => replica.tasks.run(waitFor(3000), { queue: 'utility_organ_1', timeoutMs: 120_000 });
    const tasks = Promise.all([run(), run()]);
    await world.clock.advance(500);
    const restart = replica.client.restart_organism({ confirm: 'restart', drain_ms: 1000 });
    expect(await passing(restart)).toMatchObject({ ok: true, value: { restarted: 3, handed_back: 1 } });
    const ends = await passing(tasks);
    expect(ends.map((end) => end.ok && end.value.result?.state)).toEqual(['succeeded', 'succeeded']);
  });

  test('knows who is unknown', async () => {
    const restart = replica.client.restart_organism({ confirm: 'restart', organ_id: 'nobody' });
    expect(await passing(restart)).toMatchObject({ failure: { code: 'unknown_organ' } });
  });
});

describe('an initialisation', () => {
  test('makes what is missing and leaves what is there', async () => {
    const organs = [
      { organ_id: 'utility_organ_1', skills: ['wait'] },
      { organ_id: 'sensors_1', skills: ['wait'] },
    ];
    const reply = await passing(replica.client.initialize_organism({ config: { organs }, wait_ms: 10_000 }));
    expect(reply).toMatchObject({
      ok: true,
      value: { state: 'ready', organs: 4, agents: 4, created: ['sensors_1'], reused: ['utility_organ_1'] },
    });
    const kept = await stateOf('utility_organ_1');
    expect(kept?.skills.length).toBeGreaterThan(1);
  });

  test('says which of many organs is wrong', async () => {
    const organs = [
      { organ_id: 'sensors_1', skills: ['wait'] },
      { organ_id: 'sensors_2', skills: ['wate'] },
    ];
    const reply = await passing(replica.client.initialize_organism({ config: { organs } }));
    expect(reply).toMatchObject({
      failure: { code: 'invalid_config', details: { problems: [{ path: 'organs/1/skills/0' }] } },
    });
    expect(await configure({ ...sensors, create: false })).toMatchObject({ failure: { code: 'unknown_organ' } });
  });
});
