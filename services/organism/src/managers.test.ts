import { organism, type Pulse } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { openReplica, openWorld } from './testing/fake-replica.ts';

test('get_organ_status names the manager of every organ and its holder; a second replica is left its share', async () => {
  const world = openWorld();
  const one = await openReplica(world, 'one');
  const pulses: Pulse[] = [];
  one.mesh.subscribe(organism, 'pulse', (pulse) => void pulses.push(pulse));
  await world.clock.advance(7000);
  const managers = async () => {
    const reply = await world.passing(one.client.get_organ_status({}, { instance: 'one' }));
    if (!reply.ok) throw new Error(JSON.stringify(reply.failure));
    return reply.value.organs.flatMap((organ) => organ.managers);
  };
  const alone = await managers();
  expect(alone.map(({ id, holder }) => [id, holder])).toEqual(
    ['actuator_organ_1', 'cognitive_organ_1', 'utility_organ_1'].map((organ) => [`${organ}-m0`, 'one']),
  );
  for (const { pulse_age_ms } of alone) expect(pulse_age_ms).toBeLessThanOrEqual(5000);
  expect(pulses.at(-1)).toMatchObject({ health: 'healthy', capacity: 1, tasks: { total: 0 }, oldest_ms: null });
  await openReplica(world, 'two');
  await world.clock.advance(12_000);
  expect((await managers()).map(({ holder }) => holder).sort()).toEqual(['one', 'one', 'two']);
});
