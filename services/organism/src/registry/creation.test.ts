import { organism } from '@seedcore/contracts';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica } from '../testing/fake-replica.ts';
import { organsBucket } from '../testing/organs-bucket.ts';
import { openTwo, scout } from '../testing/two-replicas.ts';

let bed: Awaited<ReturnType<typeof openTwo>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  bed = await openTwo();
});

describe('creating an agent', () => {
  test('organism.A3: of three hundred who race for a name one creates it, all get one agent and one epoch', async () => {
    const three = await openReplica(bed.world, 'three');
    const asking = [bed.one, bed.two, three].flatMap(({ client }) =>
      Array.from({ length: 100 }, () => client.request('create_agent', JSON.stringify(scout))),
    );
    const values = (await bed.world.passing(Promise.all(asking))).map(({ text }) => JSON.parse(text));
    expect([values.length, values.filter(({ created }) => created).length]).toEqual([300, 1]);
    expect(values.filter(({ reused }) => reused)).toHaveLength(299);
    expect(new Set(values.map(({ epoch, agent }) => `${epoch} ${agent.host}`)).size).toBe(1);
    const listed = await bed.world.passing(bed.one.client.list_agents({ skill: 'wait', organ_id: 'utility_organ_1' }));
    expect(listed.ok && listed.value.agents.map(({ agent_id }) => agent_id)).toEqual([
      'scout_7',
      'utility_organ_1_agent_0',
    ]);
  });

  test('gives it to the host with the fewest, which makes it ready', async () => {
    const { agent, epoch, created } = await bed.made();
    expect({ agent, created }).toMatchObject({
      agent: { host: 'two', presence: 'idle', lifecycle: 'employed', roles: { e: 0.2, s: 0.3, o: 0.5 }, epoch },
      created: true,
    });
  });

  test('says where the agent that was there differs', async () => {
    await bed.made({ skills: ['wait'] });
    const again = await bed.made({
      skills: ['json_transform'],
      specialty: 'json_transform',
      organ_id: 'cognitive_organ_1',
    });
    expect(again).toMatchObject({ created: false, reused: true, differs: ['organ_id', 'specialty', 'skills'] });
    expect(await bed.made({ skills: ['wait'] })).toMatchObject({ reused: true, differs: [] });
  });

  test('finds the next free name when it brings none', async () => {
    const names = [await bed.made({ agent_id: undefined }), await bed.made({ agent_id: undefined })];
    expect(names.map(({ agent }) => agent.agent_id)).toEqual(['utility_organ_1_agent_1', 'utility_organ_1_agent_2']);
  });

  test('is refused for a name that is taken, an organ nobody knows, and one that is full', async () => {
    await bed.made();
    expect(await bed.create({ if_exists: 'refuse' })).toMatchObject({ failure: { code: 'name_taken' } });
    expect(await bed.create({ organ_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_organ' } });
    const many = Array.from({ length: 8 }, () => ({ organ_id: 'utility_organ_1' }));
    const batch = await bed.world.passing(bed.one.client.create_agents({ agents: many }));
    expect(batch).toMatchObject({ ok: true, value: { created: 8, failed: 0 } });
    expect(await bed.create({ agent_id: 'one_more' })).toMatchObject({
      failure: { code: 'at_capacity', details: { live: 10, max: 10 } },
    });
    expect(await bed.made()).toMatchObject({ reused: true });
  });

  test('in a batch one failure is that one’s', async () => {
    const agents = [scout, { organ_id: 'nobody', agent_id: 'x' }, { organ_id: 'cognitive_organ_1' }];
    const batch = await bed.world.passing(bed.one.client.create_agents({ agents }));
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
    const at = new Date(bed.world.clock.wallMs()).toISOString();
    const record = { ...scout, host: 'dead', presence: 'starting', skills: ['wait'], specialty: null };
    await bed.world.passing(
      organsBucket(bed.one.store).createOnce('agent.scout_7', { ...record, created_at: at, held_since: at }),
    );
    const startedAt = bed.world.clock.now();
    const again = await bed.made({ skills: ['wait'], wait_ms: 20_000 });
    expect(again).toMatchObject({ created: false, reused: true, differs: [], agent: { presence: 'idle' } });
    expect(bed.world.clock.now() - startedAt).toBeLessThanOrEqual(20_000);
  });

  test('given to a host that does not begin it is told as not ready, and taken over in the end', async () => {
    // Somebody beats and does nothing else.
    const ghost = () => void bed.two.mesh.publish(organism, 'heartbeat', { instance: 'ghost', agents: [] });
    ghost();
    expect(await bed.made({ wait_ms: 0 })).toMatchObject({
      created: true,
      agent: { presence: 'starting', host: 'ghost' },
    });
    expect(await bed.create({ wait_ms: 1000 })).toMatchObject({
      failure: { code: 'start_failed', details: { agent_id: 'scout_7', reason: 'not_ready' } },
    });
    for (let s = 0; s < 20; s += 2) {
      ghost();
      await bed.world.clock.advance(2000);
    }
    expect(await bed.made()).toMatchObject({ reused: true, agent: { presence: 'idle' } });
  });
});
