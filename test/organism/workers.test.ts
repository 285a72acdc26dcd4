import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPython, NO_PYTHON, PYTHON_ENV } from '../foreign/python.ts';
import { Program, root } from '../support/program.ts';
import { until } from '../support/until.ts';

const NS = 'remote';
/** Tasks one worker has to finish: a thousand where there is time for it. */
const MANY = Number(process.env['SEEDCORE_WORKER_TASKS'] ?? 100);

/** What a worker may do: say something to organism, and hear the answer. */
const user = (name: string) => `{ user: "${name}", password: "w", permissions: {
  publish: "${NS}.svc.worker.>", subscribe: ["_INBOX.${name}.>", "${NS}.cancel.*", "${NS}.inst.worker.${name}.>"] } }`;

let folder: string;
let broker: Program;
let port: string;
let person: NatsConnection;
let bus: BusMesh;
let tasks: Tasks;
const started: Program[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-workers-'));
  const users = ['{ user: "mesh", password: "m" }', ...['w1', 'w2', 'w3'].map(user)].join('\n');
  const conf = `listen: "127.0.0.1:-1"\njetstream: { store_dir: "${folder}" }\nauthorization { users: [\n${users}\n] }\n`;
  writeFileSync(join(folder, 'nats.conf'), conf);
  broker = new Program(process.env['SEEDCORE_NATS_SERVER'] ?? 'nats-server', ['-c', join(folder, 'nats.conf')]);
  [, port = ''] = await broker.printed(/Listening for client connections on 127\.0\.0\.1:(\d+)/);
  const servers = `nats://127.0.0.1:${port}`;
  person = await connect({ servers, user: 'mesh', pass: 'm' });
  for (const SEEDCORE_INSTANCE of ['one', 'two']) {
    const who = { NATS_URL: servers, NATS_USER: 'mesh', NATS_PASSWORD: 'm', SEEDCORE_NS: NS, SEEDCORE_INSTANCE };
    const env = { ...who, LOG_LEVEL: 'warn', LOG_PRETTY: 'false' };
    started.push(new Program(process.execPath, [`${root}services/organism/src/main.ts`], { env }));
  }
  bus = await openMesh({ servers, user: 'mesh', pass: 'm', ns: NS });
  tasks = openTasks(openStore(bus), { instance: 'test' });
  await until('both replicas', async () => {
    const { body } = await ask('organism', 'get_organism_status');
    return (body.state === 'ready' && body.hosts.length === 2) || undefined;
  });
});
afterAll(async () => {
  await Promise.all(started.map((program) => program.stop('SIGKILL')));
  await tasks?.close();
  await bus?.close();
  await person?.close();
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (service: string, endpoint: string, input: object = {}) =>
  request(`${NS}.svc.${service}.${endpoint}`, input);
const askAt = (instance: string, endpoint: string, input: object) =>
  request(`${NS}.inst.organism.${instance}.${endpoint}`, input);

async function request(subject: string, input: object) {
  const reply = await person.request(subject, JSON.stringify(input), { timeout: 60_000 });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  return { code: reply.headers?.get('Nats-Service-Error-Code') || undefined, body: reply.json() as any };
}

/** Starts the agent of the examples; resolves when it has said hello. */
async function agent(name: string): Promise<Program> {
  const listing = `${root}examples/remote-agent/agent.py`;
  const program = new Program('python3', [listing, `127.0.0.1:${port}`, NS, name, name, 'w'], { env: PYTHON_ENV });
  started.push(program);
  await program.printed(new RegExp(`count_words-${name}-0`));
  return program;
}

const submit = (id: string, params: { text: string; pause_ms?: number }) =>
  tasks.submit({ id, type: 'count_words', params }, { queue: 'sk_count_words' });
/** Resolves when the run of a task has said how far it is. */
const halfWay = (id: string) =>
  new Promise<void>((resolve) => {
    const following = tasks.follow(id, ({ kind, note }) => {
      if (kind !== 'progress' || note?.includes('words so far') !== true) return;
      following.stop();
      resolve();
    });
  });
const LINES = Array.from({ length: 1000 }, () => 'one two').join('\n');

describe.skipIf(!hasPython)('the agent of examples/remote-agent', () => {
  test('is in the catalogue and the registry, runs, is watched and can be killed', async () => {
    const program = await agent('w1');
    for (const instance of ['one', 'two']) {
      const capable = await until(`${instance} to know its skill`, async () => {
        const { body } = await askAt(instance, 'get_organ_capabilities', { skill: 'count_words' });
        return body.skills[0]?.agents === 1 && body.skills[0].organs.length === 1 ? body.skills : undefined;
      });
      expect(capable).toMatchObject([{ isolation: 'remote', organs: ['utility_organ_1'] }]);
      const listed = await askAt(instance, 'list_agents', { skill: 'count_words' });
      expect(listed.body.agents).toMatchObject([{ agent_id: 'count_words-w1-0', kind: 'remote' }]);
    }
    const outcome = await ask('organism', 'handle_task', { task: { type: 'count_words', params: { text: 'a b c' } } });
    expect(outcome.body).toMatchObject({ state: 'succeeded', result: { words: 3 }, agent_id: 'count_words-w1-0' });
    const begun = halfWay('slow');
    await submit('slow', { text: LINES, pause_ms: 200 });
    await begun;
    const killed = await ask('organism', 'kill_agent', {
      agent_id: 'count_words-w1-0',
      reason: 'enough',
      respawn: false,
    });
    expect(killed.body).toMatchObject({ stopped_by: 'agent', attempt: { task_id: 'slow', outcome: 'killed' } });
    expect(await tasks.get('slow')).toMatchObject({ state: 'failed', attempts: [{ outcome: 'killed' }] });
    await program.printed(/"accepted": ?false/);
  });

  test(`organism.A18: finishes ${MANY} tasks; of one that is killed another gets its task, and its late finish is refused`, async () => {
    await agent('w2');
    const ids = Array.from({ length: MANY }, (_, n) => `many-${n}`);
    for (const id of ids) await submit(id, { text: `${id} two three` });
    const results = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 300_000 })));
    expect(results.filter((result) => result?.state === 'succeeded')).toHaveLength(MANY);
    const by = runnerOf('dies');
    const begun = halfWay('dies');
    await submit('dies', { text: 'one two\n'.repeat(20), pause_ms: 200 });
    await begun;
    const attempt = (await tasks.get('dies'))?.attempts[0];
    const worker = await by;
    const died = started.find(({ child }) => child.spawnargs.includes(worker));
    await died?.stop('SIGKILL');
    expect(await tasks.wait('dies', { timeoutMs: 60_000 })).toMatchObject({
      state: 'succeeded',
      value: { result: { words: 40 } },
    });
    expect((await tasks.get('dies'))?.attempts).toMatchObject([{ outcome: 'lost' }, { outcome: 'ok' }]);
    const late = { worker, task_id: 'dies', epoch: attempt?.epoch, status: 'ok', output: { words: 1 } };
    expect((await ask('worker', 'finish', late)).body).toEqual({ accepted: false, outcome: 'lost', late: true });
  });

  test('organism.A18: the server refuses a worker everything else', async () => {
    const as = { servers: `nats://127.0.0.1:${port}`, user: 'w3', pass: 'w', inboxPrefix: '_INBOX.w3' };
    const worker = await connect(as);
    try {
      const said = await worker.request(`${NS}.svc.worker.beat`, '{"worker":"w3","handle":1,"running":[]}');
      expect(said.json()).toMatchObject({ error: { code: 'unknown_worker' } });
      const elsewhere = [
        'svc.organism.handle_task',
        'task.sk_count_words.normal.x',
        'evt.organism.pulse',
        'svc.state.help',
      ];
      for (const subject of [...elsewhere.map((one) => `${NS}.${one}`), `$KV.${NS}_tasks.t.x`])
        await expect(worker.request(subject, '{}', { timeout: 60_000 })).rejects.toThrow(/permissions violation/i);
      const heard = new Promise((_, reject) => {
        const callback = (error: Error | null) => {
          if (error !== null) reject(error);
        };
        worker.subscribe(`${NS}.>`, { callback });
      });
      await expect(heard).rejects.toThrow(/permissions violation/i);
    } finally {
      await worker.close();
    }
  });
});

/** The worker that begins a task. */
const runnerOf = (id: string) =>
  new Promise<string>((resolve) => {
    person.subscribe(`${NS}.evt.organism.>`, {
      callback: (_, message) => {
        if (!message.subject.includes('.attempt_started')) return;
        const { task_id, agent_id } = message.json<{ task_id: string; agent_id: string }>();
        if (task_id === id) resolve(agent_id.split('-')[1] ?? '');
      },
    });
  });

test.skipIf(hasPython)(`examples/remote-agent: ${NO_PYTHON}`, () => {});
