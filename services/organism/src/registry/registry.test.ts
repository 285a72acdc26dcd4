import { organism, type RunTask } from '@seedcore/contracts';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from '../testing/fake-replica.ts';
import { organsBucket } from '../testing/organs-bucket.ts';

type Replica = Awaited<ReturnType<typeof openReplica>>;
let world: World;
let one: Replica;
let two: Replica;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  world = openWorld();
  one = await openReplica(world, 'one');
  two = await openReplica(world, 'two');
  await world.clock.advance(2500);
});

const scout = { organ_id: 'utility_organ_1', agent_id: 'scout_7' };
const sum = { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };
const wait = (ms: number) => ({ type: 'wait', params: { for_ms: ms } });
/** The first replica itself, not any of them. */
const here = () => ({ instance: one.client.instance });
const create = (wish: object = {}) => world.passing(one.client.create_agent({ ...scout, ...wish }, here()));
const run = (wish: object, task: Partial<RunTask> & { readonly type: string } = sum) =>
  world.passing(one.client.execute_on_agent({ agent_id: 'scout_7', task, ...wish }, here()));

/** The agent as it is, from a creation that must have worked. */
async function made(wish: object = {}) {
  const reply = await create(wish);
  if (!reply.ok) throw new Error(JSON.stringify(reply.failure));
  return reply.value;
}

describe('creating an agent', () => {
  test('organism.A3: of three hundred who race for a name one creates it, all get one agent and one epoch', async () => {
    const three = await openReplica(world, 'three');
    const asking = [one, two, three].flatMap(({ client }) =>
      Array.from({ length: 100 }, () => client.request('create_agent', JSON.stringify(scout))),
    );
    const values = (await world.passing(Promise.all(asking))).map(({ text }) => JSON.parse(text));
    expect([values.length, values.filter(({ created }) => created).length]).toEqual([300, 1]);
    expect(values.filter(({ reused }) => reused)).toHaveLength(299);
    expect(new Set(values.map(({ epoch, agent }) => `${epoch} ${agent.host}`)).size).toBe(1);
    const listed = await world.passing(one.client.list_agents({ skill: 'wait', organ_id: 'utility_organ_1' }));
    expect(listed.ok && listed.value.agents.map(({ agent_id }) => agent_id)).toEqual([
      'scout_7',
      'utility_organ_1_agent_0',
    ]);
  });

  test('gives it to the host with the fewest, which makes it ready', async () => {
    const { agent, epoch, created } = await made();
    expect({ agent, created }).toMatchObject({
      agent: { host: 'two', presence: 'idle', lifecycle: 'employed', roles: { e: 0.2, s: 0.3, o: 0.5 }, epoch },
      created: true,
    });
  });

  test('says where the agent that was there differs', async () => {
    await made({ skills: ['wait'] });
    const again = await made({
      skills: ['json_transform'],
      specialty: 'json_transform',
      organ_id: 'cognitive_organ_1',
    });
    expect(again).toMatchObject({ created: false, reused: true, differs: ['organ_id', 'specialty', 'skills'] });
    expect(await made({ skills: ['wait'] })).toMatchObject({ reused: true, differs: [] });
  });

  test('finds the next free name when it brings none', async () => {
    const names = [await made({ agent_id: undefined }), await made({ agent_id: undefined })];
    expect(names.map(({ agent }) => agent.agent_id)).toEqual(['utility_organ_1_agent_1', 'utility_organ_1_agent_2']);
  });

  test('is refused for a name that is taken, an organ nobody knows, and one that is full', async () => {
    await made();
    expect(await create({ if_exists: 'refuse' })).toMatchObject({ failure: { code: 'name_taken' } });
    expect(await create({ organ_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_organ' } });
    const many = Array.from({ length: 8 }, () => ({ organ_id: 'utility_organ_1' }));
    const batch = await world.passing(one.client.create_agents({ agents: many }));
    expect(batch).toMatchObject({ ok: true, value: { created: 8, failed: 0 } });
    expect(await create({ agent_id: 'one_more' })).toMatchObject({
      failure: { code: 'at_capacity', details: { live: 10, max: 10 } },
    });
    expect(await made()).toMatchObject({ reused: true });
  });

  test('in a batch one failure is that one’s', async () => {
    const agents = [scout, { organ_id: 'nobody', agent_id: 'x' }, { organ_id: 'cognitive_organ_1' }];
    const batch = await world.passing(one.client.create_agents({ agents }));
    expect(batch).toMatchObject({
      ok: true,
      value: {
        created: 2,
        failed: 1,
        results: [
          { agent_id: 'scout_7', ok: true, created: true },
          { agent_id: 'x', ok: false, error: { code: 'unknown_organ' } },
          { agent_id: 'cognitive_organ_1_agent_1', ok: true },
        ],
      },
    });
  });

  test('organism.A3: a record whose creator was killed is taken over within 20 s and is still one agent', async () => {
    const at = new Date(world.clock.wallMs()).toISOString();
    const record = { ...scout, host: 'dead', presence: 'starting', skills: ['wait'], specialty: null };
    await world.passing(
      organsBucket(one.store).createOnce('agent.scout_7', { ...record, created_at: at, held_since: at }),
    );
    const startedAt = world.clock.now();
    const again = await made({ skills: ['wait'], wait_ms: 20_000 });
    expect(again).toMatchObject({ created: false, reused: true, differs: [], agent: { presence: 'idle' } });
    expect(world.clock.now() - startedAt).toBeLessThanOrEqual(20_000);
  });

  test('given to a host that does not begin it is told as not ready, and taken over in the end', async () => {
    // Somebody beats and does nothing else.
    const ghost = () => void two.mesh.publish(organism, 'heartbeat', { instance: 'ghost', agents: [] });
    ghost();
    expect(await made({ wait_ms: 0 })).toMatchObject({ created: true, agent: { presence: 'starting', host: 'ghost' } });
    expect(await create({ wait_ms: 1000 })).toMatchObject({
      failure: { code: 'start_failed', details: { agent_id: 'scout_7', reason: 'not_ready' } },
    });
    for (let s = 0; s < 20; s += 2) {
      ghost();
      await world.clock.advance(2000);
    }
    expect(await made()).toMatchObject({ reused: true, agent: { presence: 'idle' } });
  });
});

describe('a handle', () => {
  test('leads to the agent wherever it lives', async () => {
    const { epoch, agent } = await made();
    expect(agent.host).toBe('two');
    const handle = { agent_id: 'scout_7', task: sum };
    for (const { client } of [one, two])
      expect(
        await world.passing(client.execute_on_agent({ ...handle, epoch }, { instance: client.instance })),
      ).toMatchObject({ ok: true, value: { agent_id: 'scout_7', result: { result: 2 } } });
  });

  test('organism.A3: from before the agent moved is stale, a hundred times of a hundred', async () => {
    const { epoch } = await made();
    await world.passing(two.running.drain?.(30_000) ?? Promise.resolve());
    await world.clock.advance(5000);
    const input = JSON.stringify({ agent_id: 'scout_7', epoch, task: sum });
    const told: string[] = [];
    for (let tens = 0; tens < 10; tens++) {
      const asking = Array.from({ length: 10 }, () => one.client.request('execute_on_agent', input));
      const errors = (await world.passing(Promise.all(asking))).map(({ text }) => JSON.parse(text).error);
      told.push(...errors.map(({ code, details }) => `${code} ${details.host}`));
    }
    expect(told).toEqual(Array(100).fill('stale_handle one'));
    expect(await run({})).toMatchObject({ ok: true });
    const attach = await world.passing(one.client.attach_agent({ agent_id: 'scout_7', epoch }));
    expect(attach).toMatchObject({ failure: { code: 'attach_refused', details: { reason: 'older_epoch' } } });
  });

  test('to an agent that is busy is told so, and to nobody as well', async () => {
    await made();
    const running = run({}, wait(5000));
    await world.clock.advance(500);
    expect(await run({})).toMatchObject({ failure: { code: 'agent_busy' } });
    expect(await running).toMatchObject({ ok: true });
    expect(await run({ agent_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_agent' } });
  });

  test('what the skill says, and what the agent cannot, come back from another host', async () => {
    await made({ skills: ['json_transform'] });
    const bad = { type: 'json_transform', params: { data: 1, expression: '(' } };
    expect(await run({}, bad)).toMatchObject({
      failure: { code: 'skill_failed', details: { code: 'invalid_expression' } },
    });
    expect(await run({}, wait(1))).toMatchObject({ failure: { code: 'no_capable_agent' } });
  });

  test('a repeat of the same id joins; the same id means one content', async () => {
    await made();
    const [first, second] = await Promise.all([run({}, { ...sum, id: 't1' }), run({}, { ...sum, id: 't1' })]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await run({}, { ...wait(1), id: 't1' })).toMatchObject({ failure: { code: 'conflict' } });
  });

  test('a cancelled call frees the agent on the other host', async () => {
    await made();
    const stop = new AbortController();
    const ended = one.client.execute_on_agent({ agent_id: 'scout_7', task: wait(20_000) }, { signal: stop.signal });
    ended.catch(() => undefined);
    await world.clock.advance(500);
    stop.abort();
    await expect(world.passing(ended)).rejects.toMatchObject({ code: 'cancelled' });
    await world.clock.advance(500);
    expect(await run({})).toMatchObject({ ok: true });
  });
});

describe('attaching', () => {
  const attach = (wish: object = {}) =>
    world.passing(one.client.attach_agent({ agent_id: 'scout_7', ...wish }, here()));

  test('to another organ moves it: membership is what the record says, and the newest handle wins', async () => {
    const { epoch } = await made();
    const moved = await attach({ organ_id: 'cognitive_organ_1', epoch });
    expect(moved).toMatchObject({
      ok: true,
      value: { agent: { organ_id: 'cognitive_organ_1', host: 'two' }, was: { epoch, organ_id: 'utility_organ_1' } },
    });
    expect(moved.ok && moved.value.epoch).toBeGreaterThan(epoch);
    expect(await run({ epoch })).toMatchObject({ failure: { code: 'stale_handle' } });
    expect(await run({})).toMatchObject({ ok: true, value: { organ_id: 'cognitive_organ_1' } });
    const members = await world.passing(one.client.list_agents({ organ_id: 'cognitive_organ_1' }));
    expect(members.ok && members.value.agents).toHaveLength(2);
  });

  test('to another host carries it there', async () => {
    await made();
    expect(await attach({ host: 'one' })).toMatchObject({
      ok: true,
      value: { agent: { host: 'one', presence: 'idle' } },
    });
    expect(await run({})).toMatchObject({ ok: true });
  });

  test('is refused while it is busy, to hosts and organs nobody knows, and for an agent nobody knows', async () => {
    await made();
    const running = run({}, wait(3000));
    await world.clock.advance(500);
    expect(await attach()).toMatchObject({ failure: { code: 'agent_busy' } });
    await running;
    expect(await attach({ host: 'nobody' })).toMatchObject({ failure: { details: { reason: 'no_answer' } } });
    expect(await attach({ organ_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_organ' } });
    expect(await attach({ agent_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_agent' } });
  });

  test('is refused when the holder does not answer', async () => {
    const { epoch } = await made();
    two.mesh.transport.disconnect();
    expect(await attach({ epoch })).toMatchObject({
      failure: { code: 'attach_refused', details: { reason: 'no_answer' } },
    });
  });
});

describe('archiving', () => {
  const archive = (wish: object = {}) =>
    world.passing(one.client.archive_agent({ agent_id: 'scout_7', reason: 'no longer needed', ...wish }, here()));

  test('ends an agent; a repeat changes nothing, and its name stays taken', async () => {
    const { epoch } = await made();
    const first = await archive({ epoch });
    expect(first).toMatchObject({
      ok: true,
      value: { already: false, agent: { presence: 'gone', lifecycle: 'archived' } },
    });
    await world.clock.advance(5000);
    expect(await archive()).toMatchObject({ ok: true, value: { already: true } });
    expect(await run({})).toMatchObject({ failure: { code: 'unknown_agent' } });
    expect(await create()).toMatchObject({ failure: { code: 'name_taken' } });
    const listed = await world.passing(one.client.list_agents({ lifecycle: 'archived' }));
    expect(listed.ok && listed.value.agents.map(({ agent_id }) => agent_id)).toEqual(['scout_7']);
  });

  test('needs the newest handle, and an agent that is idle unless it is forced', async () => {
    const { epoch } = await made();
    expect(await archive({ epoch: epoch - 1 })).toMatchObject({ failure: { code: 'stale_handle' } });
    const running = run({}, wait(3000));
    await world.clock.advance(500);
    expect(await archive()).toMatchObject({ failure: { code: 'agent_busy' } });
    expect(await archive({ force: true })).toMatchObject({ ok: true });
    expect(await running).toMatchObject({ ok: true });
  });

  test('leaves the name free after a day', async () => {
    await made();
    await archive();
    const yesterday = new Date(world.clock.wallMs() - 86_400_001).toISOString();
    const bucket = organsBucket(one.store);
    await world.passing(bucket.update('agent.scout_7', (now) => ({ ...now, archived_at: yesterday })));
    await world.clock.advance(17_000);
    expect(await world.passing(one.client.get_agent({ agent_id: 'scout_7' }))).toMatchObject({
      failure: { code: 'unknown_agent' },
    });
    expect(await made()).toMatchObject({ created: true });
  });
});

describe('reconciling', () => {
  test('makes what an organ lacks, within 15 s of somebody holding the lease', async () => {
    const archived = one.client.archive_agent({ agent_id: 'utility_organ_1_agent_0', reason: 'test' });
    expect(await world.passing(archived)).toMatchObject({ ok: true });
    await world.clock.advance(17_000);
    const status = await world.passing(one.client.get_organ_status({ organ_id: 'utility_organ_1' }));
    expect(status).toMatchObject({ ok: true, value: { organs: [{ agents: { idle: 1 } }] } });
  });

  test('leaves surplus agents alone, and archives them in strict mode', async () => {
    await made();
    await world.clock.advance(40_000);
    expect(await run({})).toMatchObject({ ok: true });
    const strict = openWorld();
    const config = { TIER0_STRICT_RECONCILE: true };
    const alone = await openReplica(strict, 'strict', { config });
    await strict.passing(alone.client.create_agent(scout));
    await strict.clock.advance(40_000);
    const agents = await strict.passing(alone.client.list_agents({ lifecycle: 'employed' }));
    expect(agents.ok && agents.value.agents.map(({ agent_id }) => agent_id)).not.toContain('scout_7');
    expect(agents.ok && agents.value.agents).toHaveLength(3);
  });

  test('an agent that must have a host is missed until somebody creates it', async () => {
    const other = openWorld();
    const alone = await openReplica(other, 'alone', { config: { TIER0_ATTACH_ACTORS: ['scout_7'] } });
    await other.clock.advance(100);
    expect(alone.running.degradedBy?.()).toContain('no host for scout_7');
    await other.passing(alone.client.create_agent(scout));
    await other.clock.advance(15_000);
    expect(alone.running.degradedBy?.()).not.toContain('no host for scout_7');
  });
});
