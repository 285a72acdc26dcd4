import { beforeAll, expect, test } from 'vitest';
import { openReplica, openWorld } from './testing/fake-replica.ts';
import { organsBucket } from './testing/organs-bucket.ts';

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

const task = (id: string) => ({ id, type: 'wait', params: { for_ms: 10 } });

test('what comes through the queue of a retired organ is done by its heir, also after a restart of everything', async () => {
  const world = openWorld();
  const { store, tasks, client } = await openReplica(world, 'one');
  const heir = { state: 'stopped', desired: 0, configured: true, heir: 'utility_organ_1' };
  await world.passing(organsBucket(store).update('organ.actuator_organ_1', (now) => ({ ...now, ...heir })));
  await world.passing(client.archive_agent({ agent_id: 'actuator_organ_1_agent_0', reason: 'retired' }));
  await world.clock.advance(5000);
  const done = async (id: string) => {
    await world.passing(tasks.submit(task(id), { queue: 'actuator_organ_1' }));
    await world.clock.advance(5000);
    return (await world.passing(tasks.get(id)))?.state;
  };
  expect(await done('t1')).toBe('succeeded');
  await world.passing(client.initialize_organism({}));
  await world.clock.advance(5000);
  const status = await world.passing(client.get_organ_status({ organ_id: 'actuator_organ_1' }));
  expect(status).toMatchObject({ ok: true, value: { organs: [{ state: 'stopped', heir: 'utility_organ_1' }] } });
  expect(
    await world.passing(client.execute_on_organ({ organ_id: 'actuator_organ_1', task: { type: 'wait' } })),
  ).toMatchObject({
    failure: { code: 'organ_not_ready' },
  });
  expect(await done('t2')).toBe('succeeded');
});
