import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { openStore } from '@seedcore/store';
import { openTasks, type TaskResult, type Tasks, type Worker } from '@seedcore/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { addressOf, hasPython, listing, NO_PYTHON, PYTHON_ENV } from './python.ts';

let server: RunningServer;
let mesh: Mesh;
let tasks: Tasks;
let system: Worker;
const started: Program[] = [];
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  tasks = openTasks(openStore(mesh));
  system = tasks.system();
  await system.ready;
});
afterAll(async () => {
  await Promise.all(started.map((program) => program.stop('SIGKILL')));
  await system?.drain(1_000);
  await tasks?.close();
  await mesh?.close();
  await server?.stop();
});

async function start(name: string, queue: string): Promise<void> {
  const program = new Program('python3', [listing(name), addressOf(server.url), 'test', queue], { env: PYTHON_ENV });
  started.push(program);
  await program.printed(/^ready$/m);
}

/** Publishes with the `nats` command, which tells when the broker has it. */
async function publish(subject: string, body: string): Promise<void> {
  const done = await run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', [
    '--server',
    server.url,
    'pub',
    '-J',
    subject,
    body,
  ]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
}

const result = (id: string): Promise<TaskResult | undefined> => tasks.wait(id, { timeoutMs: 60_000 });

describe.skipIf(!hasPython)('full_worker.py', () => {
  beforeAll(() => start('full_worker.py', 'letters'));
  const submit = (id: string, params: Record<string, unknown>, more: object = {}) =>
    tasks.submit({ id, type: 'shout', params, ...more }, { queue: 'letters' });

  test('works what was submitted, and what was published by hand', async () => {
    await submit('submitted', { text: 'hi' });
    await publish('test.task.letters.high.published', '{"type":"shout","params":{"text":"ho"}}');
    expect(await result('submitted')).toMatchObject({ state: 'succeeded', value: { text: 'HI' }, attempts: 1 });
    expect(await result('published')).toMatchObject({ state: 'succeeded', value: { text: 'HO' }, attempts: 1 });
    expect(await tasks.get('published')).toMatchObject({ priority: 'normal', attempts: [{ n: 1, outcome: 'ok' }] });
  });

  test('reads an input that is kept beside the record', async () => {
    await submit('large', { text: 'x'.repeat(10_000) });
    expect(await result('large')).toMatchObject({ value: { text: 'X'.repeat(10_000) } });
  });

  test('an error is tried again, as often as may be, and becomes a dead letter', async () => {
    await submit('broken', {}, { hints: { max_attempts: 2 } });
    expect(await result('broken')).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'KeyError' } });
    const { items } = await tasks.deadLetters({ queue: 'letters', limit: 10 });
    expect(items.find(({ id }) => id === 'broken')).toMatchObject({ reason: 'attempts_spent' });
    expect((await tasks.get('broken'))?.attempts).toMatchObject([
      { n: 1, outcome: 'error', delay_ms: expect.any(Number) },
      { n: 2, outcome: 'error' },
    ]);
  });

  test('a type it does not know, too large a result, and what is no task fail at once', async () => {
    await publish('test.task.letters.low.unknown', '{"type":"whisper"}');
    await submit('huge', { text: 'é'.repeat(20_000) }); // its listing escapes what is not ASCII
    await submit('stout', { text: 'x'.repeat(70_000) }, { hints: { max_attempts: 1 } });
    await publish('test.task.letters.low.noise', '{"type":');
    expect(await result('unknown')).toMatchObject({ state: 'failed', error: { code: 'unknown_type' } });
    expect(await result('huge')).toMatchObject({ state: 'failed', error: { code: 'result_too_large' } });
    expect(await result('stout')).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('object store') },
    });
    expect(await result('noise')).toMatchObject({ state: 'failed', error: { code: 'bad_message' }, attempts: 0 });
  });

  test('a dead letter that is repaired goes through it again', async () => {
    await submit('repaired', {}, { hints: { max_attempts: 1 } });
    await result('repaired');
    await tasks.redrive({ id: 'repaired', patch: { params: { text: 'now' } } });
    expect(await tasks.wait('repaired', { timeoutMs: 60_000, gen: 2 })).toMatchObject({ value: { text: 'NOW' } });
  });

  test('what is too late is not begun, and a paused queue begins nothing', async () => {
    await publish('test.task.letters.normal.late', '{"type":"shout","deadline_at":"2026-01-01T00:00:00+01:00"}');
    expect(await result('late')).toMatchObject({ state: 'expired', attempts: 0 });
    await tasks.pause('letters', { reason: 'test' });
    await submit('held', { text: 'a' });
    expect(await tasks.wait('held', { timeoutMs: 3_000 })).toBeUndefined();
    await tasks.resume('letters');
    expect(await result('held')).toMatchObject({ state: 'succeeded' });
  });
});

describe.skipIf(!hasPython)('lite_worker.py', () => {
  beforeAll(() => start('lite_worker.py', 'pictures'));

  test('answers what was submitted, and what was published by hand', async () => {
    await tasks.submit({ id: 'lite', type: 'measure', params: { text: 'four' } }, { queue: 'pictures' });
    await publish('test.task.pictures.low.lite-by-hand', '{"type":"measure","params":{"text":"three"}}');
    expect(await result('lite')).toMatchObject({ state: 'succeeded', value: { length: 4 } });
    expect(await result('lite-by-hand')).toMatchObject({ state: 'succeeded', value: { length: 5 } });
    expect((await tasks.get('lite'))?.attempts).toMatchObject([{ owner: expect.stringMatching(/^lite-\d+$/) }]);
  });

  test('an error is tried again, then a dead letter', async () => {
    const spec = { id: 'lite-broken', type: 'measure', hints: { max_attempts: 2 } };
    await tasks.submit(spec, { queue: 'pictures' });
    expect(await result('lite-broken')).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'KeyError' } });
  });

  test('an answer by hand is an answer', async () => {
    await tasks.submit({ id: 'by-hand', type: 'ask' }, { queue: 'people' });
    await publish('test.task.sys.normal.by-hand.done', '{"value":"yes","worker":"ada"}');
    expect(await result('by-hand')).toMatchObject({ state: 'succeeded', value: 'yes' });
  });
});

test.skipIf(hasPython)(`the workers of packages/tasks/docs: ${NO_PYTHON}`, () => {});
