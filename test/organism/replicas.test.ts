import { afterEach, expect, test } from 'vitest';
import { begunRuns } from '../support/begun-runs.ts';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
afterEach(() => mesh?.stop());

type Agent = { agent_id: string; host: string; epoch: number; presence: string };

const agents = async (): Promise<Agent[]> => (await mesh.call('organism', 'list_agents')).body.agents;
const replica = (instance: string): Program => mesh.start('organism', { SEEDCORE_INSTANCE: instance });
const hosts = (list: readonly Agent[]) => new Set(list.map(({ host }) => host));
const settled = (what: string, right: (list: Agent[]) => boolean) =>
  until(what, async () => {
    const list = await agents();
    return list.length === 3 && list.every(({ presence }) => presence === 'idle') && right(list) ? list : undefined;
  });

test('replicas that start at once create each agent once', async () => {
  mesh = await startMesh({ services: [] });
  for (const name of ['one', 'two', 'three', 'four']) replica(name);
  await mesh.ready('organism');
  const list = await settled('three agents', () => true);
  expect(list.map(({ agent_id }) => agent_id)).toEqual([
    'actuator_organ_1_agent_0',
    'cognitive_organ_1_agent_0',
    'utility_organ_1_agent_0',
  ]);
  const held = await until('four hosts that hold all agents', async () => {
    const { hosts: views } = (await mesh.call('organism', 'get_organism_status')).body;
    const sum = views.reduce((before: number, { agents: n }: { agents: number }) => before + n, 0);
    return views.length === 4 && sum >= 3 ? sum : undefined;
  });
  expect(held).toBe(3);
});

test('a host that drains hands its agents over at once, its work done', async () => {
  mesh = await startMesh({ services: [] });
  const first = replica('one');
  await mesh.ready('organism');
  await settled('agents on one', (list) => hosts(list).has('one'));
  replica('two');
  await until(
    'both',
    async () => (await mesh.call('organism', 'get_organism_status')).body.hosts.length === 2 || undefined,
  );
  const before = await agents();
  const begun = await begunRuns(mesh);
  const task = { type: 'wait', params: { for_ms: 1500, hold: true } };
  mesh.nats.publish(`${mesh.ns}.task.utility_organ_1.normal.running`, JSON.stringify(task));
  await until('the run', () => begun.length > 0);
  const drained = first.stop('SIGTERM');
  const outcome = await mesh.call('organism', 'execute_on_organ', {
    organ_id: 'utility_organ_1',
    task: { id: 'running', ...task },
  });
  expect(outcome.body).toMatchObject({ task_id: 'running', state: 'succeeded', attempt: 1 });
  expect(await drained).toBe(0);
  const after = await settled('agents on two', (list) => hosts(list).has('two') && hosts(list).size === 1);
  for (const [i, agent] of after.entries()) expect(agent.epoch).toBeGreaterThan(before[i]?.epoch ?? Number.NaN);
});
