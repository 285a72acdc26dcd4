import { afterEach, describe, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
afterEach(() => mesh?.stop());

const replica = (instance: string): Program => mesh.start('organism', { SEEDCORE_INSTANCE: instance });
/** Asks one instance: what is sent to any of them may go to a dead one as long as the broker has not seen its end. */
const ask = async (instance: string, endpoint: string, input: object = {}, timeout = 60_000) =>
  (
    await mesh.nats.request(`${mesh.ns}.inst.organism.${instance}.${endpoint}`, JSON.stringify(input), { timeout })
  ).json<
    // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
    any
  >();
const ready = (instance: string) =>
  until(
    `${instance} to be ready`,
    async () => (await ask(instance, 'get_organism_status', {}, 2000)).state === 'ready',
  );
const route = (instance: string, task: object) => ask(instance, 'resolve_route', { task });

/** An organ of its own, whose only agent lives on the replica that makes it. */
async function organOn(instance: string): Promise<void> {
  const config = { skills: ['wait'], desired: 1 };
  const made = await ask(instance, 'update_organ_config', { organ_id: 'sensors_1', create: true, config });
  expect(made.error).toBeUndefined();
  const add = [{ task_type: 'wait', logical_id: 'sensors_1' }];
  expect((await ask(instance, 'update_routing_rules', { add, allow_unknown: true })).error).toBeUndefined();
}

test('organism.A16: rules and epoch outlive every replica, and an organ without agents is passed over in a new epoch', async () => {
  mesh = await startMesh({ services: [] });
  const first = replica('one');
  await ready('one');
  const told: { epoch: number; rules_revision: number; live: string[] }[] = [];
  const callback = (_: unknown, message: { json(): (typeof told)[number] }) => void told.push(message.json());
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.routing_changed`, { callback });
  await mesh.nats.flush();
  await organOn('one');
  const before = await until('the rule to lead to the organ', async () => {
    const answer = await route('one', { type: 'wait' });
    return answer.resolved_from === 'task' && answer.alive ? answer : undefined;
  });
  expect(before).toMatchObject({ logical_id: 'sensors_1', queue: 'sensors_1', instance_id: 'one' });
  await until('everybody to be told', () => told.find(({ live }) => live.includes('sensors_1')));
  expect(told.map(({ epoch }) => epoch)).toEqual(told.map(({ epoch }) => epoch).toSorted((a, b) => a - b));
  expect(await first.stop('SIGTERM')).toBe(0);
  replica('two');
  await ready('two');
  const after = await until('the same route', async () => {
    const answer = await route('two', { type: 'wait' });
    return answer.logical_id === 'sensors_1' && answer.alive ? answer : undefined;
  });
  expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
  const emptied = await ask('two', 'update_organ_config', { organ_id: 'sensors_1', config: { desired: 0 } });
  expect(emptied.error).toBeUndefined();
  await mesh.cli(['kv', 'del', `${mesh.ns}_organs`, 'agent.sensors_1_agent_0', '--force']);
  const fallen = await until('the fallback', async () => {
    const answer = await route('two', { type: 'wait' });
    return answer.logical_id === 'utility_organ_1' ? answer : undefined;
  });
  expect(fallen).toMatchObject({ resolved_from: 'default', alive: true });
  await until('a new epoch', async () => (await route('two', { type: 'wait' })).epoch > after.epoch);
});

test('organism.A16: agents of a host that was killed are found at another, and the epoch is not smaller', async () => {
  mesh = await startMesh({ services: [] });
  const first = replica('one');
  await ready('one');
  replica('two');
  await until('both', async () => (await ask('two', 'get_organism_status')).hosts.length === 2);
  const before = await route('two', { type: 'wait' });
  expect(before).toMatchObject({ alive: true, instance_id: 'one' });
  await first.stop('SIGKILL');
  const after = await until('another host', async () => {
    const answer = await route('two', { type: 'wait' });
    return answer.alive && answer.instance_id === 'two' ? answer : undefined;
  });
  expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
});

describe('a shutdown', () => {
  test('organism.A17: hands running work back, holds over new replicas, and ends with initialize_organism', async () => {
    mesh = await startMesh({ services: [] });
    replica('one');
    await ready('one');
    const params = { for_ms: 4000, hold: true };
    const started = mesh.nats.subscribe(`${mesh.ns}.evt.organism.attempt_started.>`, { max: 1 });
    mesh.nats.publish(`${mesh.ns}.task.utility_organ_1.normal.long`, JSON.stringify({ type: 'wait', params }));
    for await (const _ of started) break;
    const stopped = await ask('one', 'shutdown_organism', { confirm: 'shutdown', drain_ms: 200 });
    expect(stopped).toMatchObject({ state: 'stopped', finished: 0, handed_back: 1, killed: 0, partial: false });
    replica('two');
    await until(
      'the second replica',
      async () => (await ask('two', 'get_organism_status', {}, 2000)).state === 'stopped',
    );
    const task = { id: 'long', type: 'wait', params };
    const refused = await ask('two', 'execute_on_organ', { organ_id: 'utility_organ_1', task });
    expect(refused.error).toMatchObject({ code: 'organ_not_ready', details: { state: 'stopped' } });
    const begun = await ask('two', 'initialize_organism', { wait_ms: 20_000 });
    expect(begun).toMatchObject({ created: [], reused: ['cognitive_organ_1', 'actuator_organ_1', 'utility_organ_1'] });
    const outcome = await until('the outcome', async () => {
      const answer = await ask(
        'two',
        'execute_on_organ',
        { organ_id: 'utility_organ_1', task, organ_timeout_ms: 60_000 },
        90_000,
      );
      return answer.state === 'succeeded' ? answer : undefined;
    });
    expect(outcome.history.filter((run: { outcome: string }) => run.outcome === 'error')).toEqual([]);
  });

  test('and a restart are seen by every replica: agents under new epochs, and figures and lines of all of them', async () => {
    mesh = await startMesh({ services: [] });
    replica('one');
    await ready('one');
    replica('two');
    await until('both', async () => (await ask('one', 'get_organism_status')).hosts.length === 2);
    const epochs = async () => {
      const { agents } = await ask('one', 'list_agents');
      return new Map<string, number>(
        agents.map((one: { agent_id: string; epoch: number }) => [one.agent_id, one.epoch]),
      );
    };
    const before = await epochs();
    const restarted = await ask('two', 'restart_organism', { confirm: 'restart', drain_ms: 2000 });
    expect(restarted).toMatchObject({ generation: 1, restarted: 3, handed_back: 0, partial: false });
    await until('agents of a new epoch', async () => {
      const now = await epochs();
      return [...before].every(([id, epoch]) => (now.get(id) ?? 0) > epoch);
    });
    const metrics = await ask('one', 'get_organism_metrics', { window_s: 60 });
    expect(metrics.replicas.map(({ instance }: { instance: string }) => instance)).toEqual(['one', 'two']);
    const logs = await ask('one', 'get_organism_logs', { level: 'DEBUG' });
    expect(logs).toMatchObject({ partial: false, missing_replicas: [] });
  });
});
