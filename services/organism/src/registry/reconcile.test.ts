import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld } from '../testing/fake-replica.ts';
import { openTwo, scout } from '../testing/two-replicas.ts';

let bed: Awaited<ReturnType<typeof openTwo>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  bed = await openTwo();
});

describe('reconciling', () => {
  test('makes what an organ lacks, within two looks of whoever holds the lease', async () => {
    const archived = bed.one.client.archive_agent({ agent_id: 'utility_organ_1_agent_0', reason: 'test' });
    expect(await bed.world.passing(archived)).toMatchObject({ ok: true });
    await bed.world.clock.advance(4000);
    const status = await bed.world.passing(bed.one.client.get_organ_status({ organ_id: 'utility_organ_1' }));
    expect(status).toMatchObject({ ok: true, value: { organs: [{ agents: { idle: 1 } }] } });
  });

  test('leaves surplus agents alone, and archives them in strict mode', async () => {
    await bed.made();
    await bed.world.clock.advance(40_000);
    expect(await bed.run({})).toMatchObject({ ok: true });
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
