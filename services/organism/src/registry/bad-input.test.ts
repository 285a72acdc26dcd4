import { beforeAll, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from '../testing/fake-replica.ts';
import { organsBucket } from '../testing/organs-bucket.ts';

let world: World;
let replica: Awaited<ReturnType<typeof openReplica>>;

beforeAll(async () => {
  // Virtual time does not wait for a module to load.
  await import('jsonata');
  world = openWorld();
  replica = await openReplica(world, 'one');
});

const organ_id = 'utility_organ_1';
const bad: readonly (readonly [string, object, string])[] = [
  ...['a.b', 'a*', '>', 'a b', '', 'x'.repeat(65)].map(
    (agent_id) => ['create_agent', { organ_id, agent_id }, 'agent_id'] as const,
  ),
  ['create_agent', { organ_name: organ_id }, 'organ_name'],
  ['create_agent', { organ_id, wait_ms: 30_001 }, 'wait_ms'],
  ['create_agent', { organ_id, wait_ms: Number.NaN }, 'wait_ms'],
  ['create_agent', { organ_id, if_exists: 'perhaps' }, 'if_exists'],
  ['create_agent', { organ_id, skills: Array(65).fill('wait') }, 'skills'],
  ['create_agents', { agents: [] }, 'agents'],
  ['create_agents', { agents: Array(101).fill({ organ_id }) }, 'agents'],
  ['create_agents', { agents: [{ organ_id, agent_id: 'a.b' }] }, 'agents/0/agent_id'],
  ['attach_agent', { agent_id: 'x', host: 'a.b' }, 'host'],
  ['attach_agent', { agent_id: 'x', epoch: -1 }, 'epoch'],
  ['archive_agent', { agent_id: 'x', reason: '' }, 'reason'],
  ['archive_agent', { agent_id: 'x', reason: 'y'.repeat(201) }, 'reason'],
  ['archive_agent', { agent_id: 'x' }, 'reason'],
  ['list_agents', { limit: 0 }, 'limit'],
  ['list_agents', { presence: 'asleep' }, 'presence'],
  ['get_agent', { agent_id: '$' }, 'agent_id'],
  ['collect_heartbeats', { timeout_ms: 0 }, 'timeout_ms'],
  ['collect_heartbeats', { timeout_ms: 1e9 }, 'timeout_ms'],
  ['collect_agent_stats', { agent_ids: Array(1001).fill('x') }, 'agent_ids'],
  ['collect_agent_stats', { agent_ids: ['a.b'] }, 'agent_ids/0'],
  ['execute_on_agent', { agent_id: 'x', task: { type: 'wait' }, agent_timeout_ms: 999 }, 'agent_timeout_ms'],
  ['execute_on_agent', { agent_id: 'x', task: { type: 'Wait!' } }, 'task/type'],
];

test.each(bad)(
  'organism.A21: %s with %j is a bad request that names %s, and nothing is written',
  async (endpoint, input, field) => {
    const before = (await world.passing(organsBucket(replica.store).list('', { limit: 100 }))).items.length;
    const reply = await world.passing(replica.client.request(endpoint, JSON.stringify(input)));
    const { error } = JSON.parse(reply.text);
    expect(error).toMatchObject({ code: 'bad_request', status: 400 });
    expect(`${error.details.field} ${error.message}`).toContain(field);
    expect((await world.passing(organsBucket(replica.store).list('', { limit: 100 }))).items).toHaveLength(before);
  },
);

test('organism.A21: an unknown field is told with the nearest known one', async () => {
  const reply = await world.passing(replica.client.request('create_agent', JSON.stringify({ organ_name: organ_id })));
  expect(JSON.parse(reply.text).error.message).toContain('organ_id');
});
