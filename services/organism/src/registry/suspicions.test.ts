import { beforeAll, expect, test } from 'vitest';
import { openReplica, openWorld } from '../testing/fake-replica.ts';
import { hungIsolates, loopbackIsolates } from '../testing/loopback.ts';

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

const AGENT = 'utility_organ_1_agent_0';

/** A replica of whose agents those of one organ do not turn, `times` times in a row; what is told of them. */
async function withHung(times: number) {
  const world = openWorld();
  let [taken, hung] = [0, 0];
  const isolates = () => {
    taken++;
    // The third agent of the first start, and whoever replaces it.
    const hang = taken >= 3 && hung < times;
    if (hang) hung++;
    return hang ? hungIsolates(world.clock) : loopbackIsolates(world.clock);
  };
  const replica = await openReplica(world, 'one', { isolates });
  const told: string[] = [];
  for (const kind of ['suspect', 'gone', 'archived', 'attached'])
    replica.mesh.transport.subscribe(`test.evt.organism.agent_${kind}.*`, ({ subject }) => {
      told.push(`${kind} ${subject.split('.').at(-1)}`);
    });
  const agent = async (id = AGENT) => {
    const reply = await world.passing(replica.client.get_agent({ agent_id: id }));
    return reply.ok ? reply.value.agent : undefined;
  };
  return { world, replica, told, agent };
}

test('an idle agent whose counter stands still is suspected, asked twice, and replaced under a new epoch', async () => {
  const { world, told, agent } = await withHung(1);
  const before = await agent();
  await world.clock.advance(5000);
  expect([before?.presence, (await agent())?.presence, told]).toEqual(['idle', 'idle', []]);
  await world.clock.advance(9000);
  const after = await agent();
  expect(told).toEqual([`suspect ${AGENT}`, `gone ${AGENT}`, `attached ${AGENT}`]);
  expect(after).toMatchObject({ presence: 'idle', host: 'one' });
  expect(after?.epoch).toBeGreaterThan(before?.epoch ?? Number.NaN);
});

test('an agent that would have to be replaced a third time within ten minutes is archived, and its organ gets another', async () => {
  const { world, told, agent } = await withHung(3);
  await world.clock.advance(60_000);
  expect(told.filter((event) => event === `gone ${AGENT}`)).toHaveLength(2);
  expect(told.filter((event) => event === `archived ${AGENT}`)).toHaveLength(1);
  expect(await agent()).toMatchObject({ lifecycle: 'archived', presence: 'gone' });
  expect(await agent('utility_organ_1_agent_1')).toMatchObject({ lifecycle: 'employed', presence: 'idle' });
});

test('a busy agent that does not turn is slow, and nobody replaces it', async () => {
  const { world, replica, told, agent } = await withHung(1);
  const task = { type: 'wait', params: { for_ms: 25_000, hold: true } };
  const ended = replica.client.execute_on_agent({ agent_id: AGENT, task });
  await world.clock.advance(15_000);
  expect(await agent()).toMatchObject({ presence: 'slow' });
  expect(told).toEqual([]);
  expect(await world.passing(ended)).toMatchObject({ ok: true });
});

test('healthy agents are never suspected', async () => {
  const { world, told } = await withHung(0);
  await world.clock.advance(120_000);
  expect(told).toEqual([]);
});
