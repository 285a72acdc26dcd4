import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { defineSkill } from './skill/define-skill.ts';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

const any = { input: z.record(z.string(), z.unknown()), output: z.unknown() };
const basic = { version: '1.0.0', doc: '', ...any, idempotent: true, isolation: 'thread', role: 'S' } as const;
const echo = defineSkill({ ...basic, name: 'echo', run: (input) => input });
const pays = defineSkill({ ...basic, name: 'pays', effects: ['money.moved'], run: () => 'receipt' });
const breaks = defineSkill({
  ...basic,
  name: 'breaks',
  run: () => {
    throw new Error('as ever');
  },
});
const organ_id = 'utility_organ_1';
const agent_id = `${organ_id}_agent_0`;

let world: World;
let client: Awaited<ReturnType<typeof openReplica>>['client'];

/** Replicas whose folder has these files, once organs and agents have learnt them; calls go to the first. */
async function open(files: readonly (typeof echo)[]) {
  const one = await openReplica(world, 'organism-one', { files });
  client = one.client;
  await world.clock.advance(15_000);
  return one;
}
const run = (type: string, hints: object = {}) =>
  world.passing(client.execute_on_agent({ agent_id, task: { type }, hints }));
const agentsWith = async (skill: string) => {
  const reply = await world.passing(client.list_agents({ skill }));
  return reply.ok ? reply.value.agents.map((agent) => agent.agent_id) : [];
};
beforeEach(() => {
  world = openWorld();
});

test('an agent is listed with what it has learnt, and runs it when it is named', async () => {
  await open([echo]);
  expect(await agentsWith('echo')).toEqual([agent_id]);
  expect(await run('echo')).toMatchObject({ ok: true, value: { agent_id, skill: 'echo' } });
});

test('a named agent does nothing to the outside world, where no record would remember it', async () => {
  await open([pays]);
  expect(await run('pays')).toMatchObject({ failure: { code: 'needs_queue', details: { organ_id, skill: 'pays' } } });
});

test('the breaker of a skill holds for named agents, too', async () => {
  await open([breaks]);
  for (let runs = 0; runs < 6; runs++)
    expect(await run('breaks', { max_runs: 1 })).toMatchObject({ failure: { code: 'attempts_exhausted' } });
  await world.clock.advance(1000);
  expect(await run('breaks')).toMatchObject({ failure: { code: 'specialty_open', details: { organ_id } } });
});

test('agents whose organ was taught a skill still follow its settings', async () => {
  await open([echo]);
  const config = { skills: ['json_transform', 'echo'] };
  expect(await world.passing(client.update_organ_config({ organ_id, config }))).toMatchObject({ ok: true });
  await world.clock.advance(5000);
  expect(await agentsWith('wait')).toEqual(['actuator_organ_1_agent_0']);
  expect(await agentsWith('echo')).toEqual([agent_id]);
});

test('an organ is set up although the file of a skill it has been taught is away', async () => {
  const other = await open([echo]);
  await world.passing(Promise.resolve(other.running.drain?.(1000)));
  ({ client } = await openReplica(world, 'organism-two'));
  await world.clock.advance(15_000);
  const here = { instance: client.instance };
  const change = (config: object) => world.passing(client.update_organ_config({ organ_id, config }, here));
  expect(await change({ desired: 2 })).toMatchObject({ ok: true, value: { changed: [{ path: 'desired' }] } });
  expect(await change({ skills: ['nothing_like_it'] })).toMatchObject({ failure: { code: 'invalid_config' } });
});

test('the last run of an agent that was archived can be ended; after it nobody is known', async () => {
  await open([]);
  const task = { type: 'wait', params: { for_ms: 20_000 } };
  const ended = client.execute_on_organ({ organ_id, task, hints: { max_runs: 1 } });
  ended.catch(() => undefined);
  await world.clock.advance(1000);
  const archived = await world.passing(client.archive_agent({ agent_id, reason: 'not needed', force: true }));
  expect(archived).toMatchObject({ ok: true, value: { already: false } });
  await world.clock.advance(1000);
  const kill = () => world.passing(client.kill_agent({ agent_id, reason: 'now' }));
  expect(await kill()).toMatchObject({ ok: true, value: { already: false, stopped_by: 'agent' } });
  expect(await world.passing(ended)).toMatchObject({ failure: { code: 'attempts_exhausted' } });
  expect(await kill()).toMatchObject({
    failure: { code: 'unknown_agent', details: { agent_id, archived_at: expect.any(String) } },
  });
});
