import { fileURLToPath } from 'node:url';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { SeededRandom } from '@seedcore/protocol/testing';
import { openStore, type Store } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addressOf, hasPython, NO_PYTHON, PYTHON_ENV } from '../foreign/python.ts';
import { Program, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { Receiver } from '../tasks/receiver.ts';

/** Another seed, and the full size, are given by the environment. */
const SEED = Number(process.env['SC_SEED'] ?? 20_261_122);
const FULL = process.env['SC_CHAOS'] === 'full';
/** A multiple of the number of lanes. */
const TASKS = FULL ? 10_002 : 150;
const KILLS = FULL ? 200 : 8;
const PATIENCE_MS = FULL ? 3_600_000 : 200_000;
const LANES = ['high', 'normal', 'low'] as const;
/** Longer than anybody takes to stop the worker that is in it. */
const HELD_MS = 5_000;
const FINAL = ['succeeded', 'failed', 'cancelled', 'expired'];

const main = (name: string): string => fileURLToPath(new URL(`../foreign/${name}`, import.meta.url));

let server: RunningServer;
let mesh: Mesh;
let store: Store;
let tasks: Tasks;
const receiver = new Receiver();
const started = new Set<Program>();
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  store = openStore(mesh);
  tasks = openTasks(store);
  await tasks.provision();
  receiver.listen(mesh.nats());
});
afterEach(async () => {
  await Promise.all([...started].map((program) => program.stop('SIGKILL')));
  started.clear();
});
afterAll(async () => {
  await tasks?.close();
  await mesh?.close();
  await server?.stop();
});

const kinds = {
  python: (slots = 2) => start('python3', [main('three_steps.py'), addressOf(server.url), 'test', 'demo', `${slots}`]),
  node: () => start(process.execPath, [main('main-three-steps.ts')]),
  system: () => start(process.execPath, [main('main-system.ts')]),
};
type Kind = keyof typeof kinds;
type Member = { readonly kind: Kind; readonly program: Program };

async function start(command: string, args: readonly string[]): Promise<Program> {
  const program = new Program(command, args, { env: { NATS_URL: server.url, ...PYTHON_ENV } });
  started.add(program);
  await program.printed(/^ready$/m);
  return program;
}

/** Hands tasks in as somebody does who has the `nats` command and nothing else; tells their ids. */
async function submitByCli(): Promise<string[]> {
  const cli = process.env['SEEDCORE_NATS_CLI'] ?? 'nats';
  const each = TASKS / LANES.length;
  const body = '{"type":"three","params":{"n":{{Count}}}}';
  for (const lane of LANES) {
    const subject = `test.task.demo.${lane}.${lane}-{{Count}}`;
    const done = await run(cli, ['--server', server.url, 'pub', '-J', subject, body, `--count=${each}`]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
  }
  return LANES.flatMap((lane) => Array.from({ length: each }, (_, i) => `${lane}-${i + 1}`));
}

/** What is written about the tasks from now on: the revisions of final records, and the results, by id. */
async function journal() {
  const finals = new Map<string, Set<number>>();
  const results = new Map<string, number>();
  const records = store.bucket({ name: 'tasks', schema: z.looseObject({ state: z.string() }), version: 1 });
  const watch = records.watch('t.', ({ key, value, rev }) => {
    if (value !== undefined && FINAL.includes(value.state))
      finals.set(key.slice(2), (finals.get(key.slice(2)) ?? new Set()).add(rev));
  });
  mesh.nats().subscribe('test.evt.result.*', {
    callback: (_error, { subject }) => {
      const id = subject.split('.').at(-1) ?? '';
      results.set(id, (results.get(id) ?? 0) + 1);
    },
  });
  await watch.ready;
  await mesh.nats().flush();
  return { finals, results };
}

/** A task that a process has in its hands, if it has one. */
async function taskOf({ kind, program }: Member): Promise<string | undefined> {
  const owned = z.looseObject({ state: z.string(), owner: z.string().optional() });
  const records = store.bucket({ name: 'tasks', schema: owned, version: 1 });
  for (let cursor: string | undefined; ; ) {
    const page = await records.list('t.', { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    const its = page.items.find(({ value }) => value.state === 'running' && value.owner === `${kind}-${program.pid}`);
    if (its !== undefined) return its.key.slice('t.'.length);
    cursor = page.cursor;
    if (cursor === undefined) return undefined;
  }
}

/** Stops everybody of a kind while one of them has a task in its hands: that one, and the task. */
async function stoppedAtWork(members: readonly Member[]): Promise<{ readonly victim: Member; readonly task: string }> {
  return until('one with a task in its hands', async () => {
    for (const { program } of members) program.child.kill('SIGSTOP');
    // What it had sent before has arrived when it is seen for the second time.
    for (const victim of members)
      if ((await taskOf(victim)) !== undefined) {
        const task = await taskOf(victim);
        if (task !== undefined) return { victim, task };
      }
    for (const { program } of members) program.child.kill('SIGCONT');
    return undefined;
  });
}

async function killOne(members: readonly Member[], random: SeededRandom): Promise<Member> {
  const victim = members[Math.floor(random.next() * members.length)];
  if (victim === undefined) throw new Error('nobody to kill');
  await victim.program.stop('SIGKILL');
  return victim;
}

/** Kills one of a kind that has a task in its hands, which somebody of another kind takes over: its own do nothing until then. */
async function killAtWork(members: readonly Member[]): Promise<Member> {
  const { victim, task } = await stoppedAtWork(members);
  await victim.program.stop('SIGKILL');
  await until('the task to be taken over', async () => {
    const owner = (await tasks.get(task))?.attempts.at(-1)?.owner;
    return (owner !== undefined && !owner.startsWith(victim.kind)) || undefined;
  });
  for (const { program } of members) program.child.kill('SIGCONT');
  return victim;
}

describe.skipIf(!hasPython)('with Python', () => {
  test(
    'durable.A20: workers in Python and Node on one queue, tasks handed in by the nats command alone, one of the processes ' +
      'killed with -9 again and again: every task ends once, every effect happens once',
    async () => {
      console.log(`durable.A20: SC_SEED=${SEED}${FULL ? ' SC_CHAOS=full' : ''}`);
      const random = new SeededRandom(SEED);
      const crew: Member[] = [];
      const hire = async (kind: Kind) => crew.push({ kind, program: await kinds[kind]() });
      for (const kind of ['node', 'node', 'system', 'system', 'python', 'python'] as const) await hire(kind);
      const { finals, results } = await journal();
      const ids = await submitByCli();

      // Both languages are hit at work, and the system queue is hit; whom it hits otherwise is chance.
      const surely: Kind[] = ['python', 'node', 'system'];
      for (let kill = 0; kill < KILLS; kill++) {
        const due = Math.floor((3 * TASKS * (kill + 1)) / (KILLS + 3));
        await until('work to go on', () => receiver.answers.size >= due || undefined, PATIENCE_MS);
        const wanted = surely[kill];
        const among = crew.filter(({ kind }) => wanted === undefined || kind === wanted);
        const victim =
          wanted === 'python' || wanted === 'node' ? await killAtWork(among) : await killOne(among, random);
        crew.splice(crew.indexOf(victim), 1);
        await hire(victim.kind);
      }

      const ended = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: PATIENCE_MS })));
      expect(ended.map((result, i) => `${ids[i]} ${result?.state}`)).toEqual(ids.map((id) => `${id} succeeded`));
      const views = await Promise.all(ids.map((id) => tasks.get(id)));
      await until('all ends to be seen', () => (finals.size >= TASKS && results.size >= TASKS) || undefined);

      for (const [i, id] of ids.entries()) {
        const attempts = views[i]?.attempts ?? [];
        expect(
          attempts.map(({ n }) => n),
          id,
        ).toEqual(attempts.map((_, at) => at + 1));
        expect(
          attempts.filter(({ outcome }) => outcome === 'ok'),
          id,
        ).toHaveLength(1);
        expect(attempts.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'lost')).toEqual([]);
        const epochs = attempts.map(({ epoch }) => epoch);
        expect(epochs, id).toEqual([...new Set(epochs)].sort((a, b) => a - b));
        expect(ended[i]?.value, id).toEqual(
          ['fetch', 'score', 'send'].map((step) => receiver.answers.get(`${id}/${step}`)),
        );
        expect([finals.get(id)?.size, results.get(id)], id).toEqual([1, 1]);
      }
      expect(receiver.answers.size).toBe(3 * TASKS);

      const count = (test: (owner: string, outcome: string | undefined) => boolean) =>
        views.flatMap((view) => view?.attempts ?? []).filter(({ owner, outcome }) => test(owner, outcome)).length;
      const across = views.filter(
        (view) => new Set(view?.attempts.map(({ owner }) => owner.split('-')[0])).size > 1,
      ).length;
      const seen = {
        by_python: count((owner, outcome) => owner.startsWith('python-') && outcome === 'ok'),
        by_node: count((owner, outcome) => owner.startsWith('node-') && outcome === 'ok'),
        lost_by_python: count((owner, outcome) => owner.startsWith('python-') && outcome === 'lost'),
        lost_by_node: count((owner, outcome) => owner.startsWith('node-') && outcome === 'lost'),
        taken_over_across_languages: across,
      };
      console.log(
        `durable.A20: ${JSON.stringify({ tasks: TASKS, kills: KILLS, effects_asked: receiver.asked, ...seen })}`,
      );
      for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
    },
    2 * PATIENCE_MS,
  );

  test.each([
    ['before another step', 'fetch'],
    ['when all that is left is to end it', 'send'],
  ])('durable.A5: a Python worker stopped past its lease and continued %s writes nothing more', async (_when, step) => {
    const id = `stopped-${step}`;
    const [python] = await Promise.all([kinds.python(1), kinds.system()]);
    const submit = (name: string, held: object) =>
      tasks.submit({ id: name, type: 'three', params: { ms: 10, ...held } }, { queue: 'demo' });
    await submit(id, { held: step, held_ms: HELD_MS });
    await until('the step to be done', () => receiver.answers.has(`${id}/${step}`) || undefined);
    process.kill(python.pid, 'SIGSTOP');
    const stoppedAt = Date.now();
    const node = await kinds.node();
    expect(await tasks.wait(id, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 2 });
    await node.stop('SIGKILL');
    const records = store.bucket({ name: 'tasks', schema: z.looseObject({}), version: 1 });
    const before = await records.get(`t.${id}`, { fresh: true });
    // It goes on at once with whatever comes after the step.
    await until('its pause to be over', () => Date.now() > stoppedAt + HELD_MS || undefined);
    process.kill(python.pid, 'SIGCONT');
    await python.printed(new RegExp(`^left ${id}$`, 'm'));
    // The same thread does the next one when it is through with this one.
    await submit(`after-${step}`, {});
    expect(await tasks.wait(`after-${step}`, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded' });
    expect(await records.get(`t.${id}`, { fresh: true })).toEqual(before);
    const attempts = (await tasks.get(id))?.attempts.map(({ owner, outcome }) => [owner, outcome]);
    expect(attempts).toEqual([
      [`python-${python.pid}`, 'lost'],
      [`node-${node.pid}`, 'ok'],
    ]);
  });

  test('a Python worker told to end finishes what it runs and takes nothing more', async () => {
    const [python] = await Promise.all([kinds.python(1), kinds.system()]);
    await tasks.submit({ id: 'last', type: 'three' }, { queue: 'demo' });
    await until('its first step', () => receiver.answers.has('last/fetch') || undefined);
    expect(await python.stop('SIGTERM')).toBe(0);
    expect(await tasks.wait('last', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 1 });
  });
});

test.skipIf(hasPython)(`durable.A20 ${NO_PYTHON}`, () => {});
