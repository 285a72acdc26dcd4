import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

let world: World;
let one: Awaited<ReturnType<typeof openReplica>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  world = openWorld();
  one = await openReplica(world, 'organism-one');
});

const AGENT = 'utility_organ_1_agent_0';
const wait = (facts: object = {}) => ({ type: 'wait', params: { for_ms: 20_000, hold: true }, ...facts });
const kill = (facts: object = {}) => ({ agent_id: AGENT, reason: 'it takes too long', ...facts });
/** Runs a task on the organ of that agent, whoever answers; time has to pass for it to end. */
function begin(client: (typeof one)['client'], task: object, hints: object = {}) {
  const ended = client.execute_on_organ({ organ_id: 'utility_organ_1', task: task as never, hints });
  ended.catch(() => undefined);
  return ended;
}
const interventions = async (facts: object = {}) => {
  const reply = await world.passing(one.client.list_interventions(facts));
  if (!reply.ok) throw new Error('no list');
  return reply.value;
};

describe('kill_agent', () => {
  test('ends a run in place at once; without a respawn that is the answer of its caller', async () => {
    const ended = begin(one.client, wait());
    await world.clock.advance(1000);
    const killed = await world.passing(one.client.kill_agent(kill({ respawn: false })));
    expect(killed).toMatchObject({
      ok: true,
      value: { stopped_by: 'agent', already: false, attempt: { attempt: 1, outcome: 'killed' } },
    });
    expect(await world.passing(ended)).toMatchObject({
      ok: false,
      failure: { code: 'skill_failed', details: { code: 'killed', message: 'it takes too long' } },
    });
    expect((await interventions()).interventions).toMatchObject([
      {
        kind: 'manual',
        manager_id: 'kill_agent',
        intern_id: AGENT,
        skill: 'wait',
        next: 'failed',
        stopped_by: 'agent',
      },
    ]);
  });

  test('a run in place is begun anew, and its history tells of what kind its end was', async () => {
    const ended = begin(one.client, wait());
    await world.clock.advance(1000);
    await world.passing(one.client.kill_agent(kill()));
    expect(await world.passing(ended)).toMatchObject({
      ok: true,
      value: { state: 'succeeded', attempt: 2, history: [{ attempt: 1, outcome: 'killed', kind: 'manual' }] },
    });
  });

  test('ends a run of a queue in its record, and another follows', async () => {
    const ended = begin(one.client, wait({ id: 'queued', params: { for_ms: 10_000, hold: true } }));
    await world.clock.advance(2000);
    const killed = await world.passing(one.client.kill_agent(kill()));
    expect(killed).toMatchObject({
      ok: true,
      value: { already: false, attempt: { task_id: 'queued', attempt: 1, next_in_ms: expect.any(Number) } },
    });
    expect(await world.passing(ended)).toMatchObject({
      ok: true,
      value: { attempt: 2, history: [{ outcome: 'killed', kind: 'manual' }] },
    });
    expect((await one.tasks.get('queued'))?.attempts.map(({ outcome }) => outcome)).toEqual(['killed', 'ok']);
  });

  test('of an agent of another replica is done by its host', async () => {
    const two = await openReplica(world, 'organism-two');
    const ended = begin(two.client, wait({ id: 'far' }));
    await world.clock.advance(2000);
    // Everything here is one bus: whichever replica is asked, its host is organism-one.
    const killed = await world.passing(two.client.kill_agent(kill({ respawn: false, grace_ms: 0 })));
    expect(killed).toMatchObject({ ok: true, value: { already: false, attempt: { task_id: 'far' } } });
    expect(await world.passing(ended)).toMatchObject({ ok: false, failure: { code: 'skill_failed' } });
    expect((await interventions({ task_id: 'far' })).interventions).toHaveLength(1);
  });

  test('of an idle agent ends nothing', async () => {
    const killed = await world.passing(one.client.kill_agent(kill()));
    expect(killed).toMatchObject({ ok: true, value: { already: true, stopped_by: null } });
    expect((await interventions()).interventions).toEqual([]);
  });

  test('of nobody, and by an old handle, is refused', async () => {
    const nobody = await world.passing(one.client.kill_agent(kill({ agent_id: 'nobody' })));
    expect(nobody).toMatchObject({ ok: false, failure: { code: 'unknown_agent', details: { agent_id: 'nobody' } } });
    const old = await world.passing(one.client.kill_agent(kill({ epoch: 1 })));
    expect(old).toMatchObject({
      ok: false,
      failure: { code: 'stale_handle', details: { host: 'organism-one', current_epoch: expect.any(Number) } },
    });
  });
});

test('list_interventions: newest first, by page, by kind, by time, with counts', async () => {
  for (const id of ['a', 'b', 'c']) {
    begin(one.client, wait({ id }));
    await world.clock.advance(2000);
    await world.passing(one.client.kill_agent(kill({ respawn: false })));
    await world.clock.advance(2000);
  }
  const all = await interventions();
  expect(all.interventions.map(({ task_id }) => task_id)).toEqual(['c', 'b', 'a']);
  expect(all).toMatchObject({ counts: { manual: 3 }, complete: true });
  const first = await interventions({ limit: 2 });
  const rest = await interventions({ cursor: first.next_cursor });
  expect([first.interventions.length, rest.interventions.map(({ task_id }) => task_id)]).toEqual([2, ['a']]);
  expect((await interventions({ kind: 'silent' })).interventions).toEqual([]);
  expect((await interventions({ since: all.interventions[0]?.at })).interventions).toHaveLength(1);
});
