import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { begunRuns } from '../support/begun-runs.ts';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const ORGAN = 'utility_organ_1';
const AGENT = `${ORGAN}_agent_0`;
/** Backtracks for longer than anybody waits. */
const RUNAWAY = { data: { s: `${'a'.repeat(60)}!` }, expression: '$match(s, /(a+)+$/)' };

let mesh: TestMesh;
let bus: BusMesh;
let tasks: Tasks;
beforeEach(async () => {
  mesh = await startMesh({ services: [] });
  bus = await openMesh({ servers: mesh.url, ns: mesh.ns });
  tasks = openTasks(openStore(bus), { instance: 'test' });
});
afterEach(async () => {
  await tasks.close();
  await bus.close();
  await mesh.stop();
});

/** A replica, with every agent there is once it is ready, since it comes first. */
async function first(agents = 1): Promise<Program> {
  const program = mesh.start('organism', { SEEDCORE_INSTANCE: 'one', ORGANISM_AGENTS: String(agents) });
  await mesh.ready('organism');
  await until('its agents', async () => {
    const { body } = await mesh.call('organism', 'get_organism_status', undefined, 2000);
    return body.agents.idle === 3 * agents || undefined;
  });
  return program;
}

/** One more, which hosts nothing and hears of everything. */
async function second(): Promise<void> {
  mesh.start('organism', { SEEDCORE_INSTANCE: 'two' });
  await until('both to hear each other', async () => {
    const { body } = await from('two', 'get_organism_status');
    return body.initialized && body.hosts.length === 2 ? true : undefined;
  });
}

/** Asks one instance: the other one may stand still. */
async function from(instance: string, endpoint: string, input: object = {}, timeout = 60_000) {
  const reply = await mesh.nats.request(`${mesh.ns}.inst.organism.${instance}.${endpoint}`, JSON.stringify(input), {
    timeout,
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  return { code: reply.headers?.get('Nats-Service-Error-Code') || undefined, body: reply.json() as any };
}

const running = (id: string) =>
  until(`${id} to run`, async () => {
    const view = await tasks.get(id);
    return view?.state === 'running' ? view : undefined;
  });
const submit = (id: string, type: string, more: object = {}) =>
  tasks.submit({ id, type, ...more }, { queue: ORGAN }).then(() => undefined);

describe('the run of an agent, ended by hand', () => {
  test('organism.A4, in part: by another replica: the record at once, then its skill, the journal, another run', async () => {
    await first();
    await second();
    const told: string[] = [];
    mesh.nats.subscribe(`${mesh.ns}.evt.organism.intervention.*`, {
      callback: (_, { subject }) => void told.push(subject),
    });
    const begun = await begunRuns(mesh);
    await submit('slow', 'wait', { params: { for_ms: 500_000, hold: true } });
    await until('the run', () => begun.length > 0);
    const killed = await from('two', 'kill_agent', { agent_id: AGENT, reason: 'too slow' });
    expect(killed.body).toMatchObject({
      already: false,
      stopped_by: 'agent',
      attempt: { task_id: 'slow', attempt: 1 },
    });
    await until('the next run', () => begun.length > 1);
    const again = await from('two', 'kill_agent', { agent_id: AGENT, reason: 'still too slow', respawn: false });
    expect(again.body.attempt).toMatchObject({ task_id: 'slow', attempt: 2 });
    expect(await tasks.get('slow')).toMatchObject({
      state: 'failed',
      attempts: [{ outcome: 'killed' }, { outcome: 'killed', error: { message: 'still too slow' } }],
    });
    const listed = await until('both in the journal', async () => {
      const { body } = await from('two', 'list_interventions', { task_id: 'slow' });
      return body.interventions.length === 2 ? body : undefined;
    });
    expect(listed.counts).toEqual({ manual: 2 });
    expect(listed.interventions.map(({ next }: { next: string }) => next)).toEqual(['dead_letter', 'respawn']);
    expect(told).toHaveLength(2);
    expect((await from('two', 'kill_agent', { agent_id: AGENT, reason: 'x', epoch: 1 })).code).toBe('409');
  });

  test('a skill that spins is ended by its own clock, and the record says which', async () => {
    await first();
    await submit('spins', 'json_transform', { params: RUNAWAY });
    const result = await until('its end', () => tasks.wait('spins', { timeoutMs: 5000 }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'timeout', details: { kind: 'run' } } });
    const { interventions } = await until('the journal', async () => {
      const { body } = await mesh.call('organism', 'list_interventions', { kind: 'run' });
      return body.interventions.length > 0 ? body : undefined;
    });
    expect(interventions).toMatchObject([
      { task_id: 'spins', kind: 'run', next: 'dead_letter', skill: 'json_transform' },
    ]);
    await submit('after', 'json_transform', { params: { data: 1, expression: '$ + 1' } });
    expect(await until('other work', () => tasks.wait('after', { timeoutMs: 5000 }))).toMatchObject({
      state: 'succeeded',
    });
  });
});

test('organism.A10, the sweeper part: while the host stands still others keep deadlines; it changes nothing afterwards', async () => {
  const host = await first(10);
  await second();
  const ids = Array.from({ length: 10 }, (_, n) => `late-${n}`);
  const deadline_at = new Date(Date.now() + 30_000).toISOString();
  for (const id of ids) await submit(id, 'wait', { params: { for_ms: 25_000, hold: true }, deadline_at });
  await Promise.all(ids.map(running));
  const heard = new Set<string>();
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.attempts_running.one`, {
    callback: (_, message) => {
      for (const { task_id } of message.json<{ runs: { task_id: string }[] }>().runs) heard.add(task_id);
    },
  });
  await until('every run to be told of', () => heard.size === ids.length);
  // Twelve seconds after its last sign another replica would take over what it has.
  await until('little time to be left', () => Date.parse(deadline_at) - Date.now() < 9000);
  host.child.kill('SIGSTOP');
  try {
    const ended = await until('every deadline', async () => {
      const views = await Promise.all(ids.map((id) => tasks.get(id)));
      return views.every((view) => view?.finished_at !== undefined) ? views : undefined;
    });
    expect(ended.map((view) => view?.state)).toEqual(ids.map(() => 'expired'));
    host.child.kill('SIGCONT');
    await until('the host', async () => (await from('one', 'get_organism_status')).body.initialized === true);
    expect(await Promise.all(ids.map((id) => tasks.get(id)))).toEqual(ended);
  } finally {
    host.child.kill('SIGCONT');
  }
});
