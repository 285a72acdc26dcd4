import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { openStore } from '@seedcore/store';
import { openTasks, type TaskSpec, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const cli = join(root, 'packages/cli/src/main.ts');
/** Does what the type of the task says. */
const SCRIPT = `#!/bin/sh
read -r params
case "$SEEDCORE_TASK_TYPE" in
  tell) echo "looking" >&2; echo "{\\"params\\":$params,\\"id\\":\\"$SEEDCORE_TASK_ID\\",\\"args\\":\\"$*\\"}" ;;
  later) if [ "$SEEDCORE_TASK_ATTEMPT" -gt 1 ]; then echo '"at last"'; else echo "not now" >&2; exit 75; fi ;;
  refuse) echo "no picture there" >&2; exit 3 ;;
  crash) kill -SEGV $$ ;;
  noise) while :; do echo "0123456789012345678901234567890123456789"; done ;;
  text) echo "two cats" ;;
  deaf) trap '' TERM; echo $$ > "$PIDS/$SEEDCORE_TASK_ID"; while :; do sleep 1; done ;;
  slow) echo $$ > "$PIDS/$SEEDCORE_TASK_ID"; sleep 2; echo '"slow"' ;;
esac
`;

let server: RunningServer;
let mesh: Mesh;
let tasks: Tasks;
let folder: string;
let worker: Program;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seedcore-worker-'));
  writeFileSync(join(folder, 'vision.sh'), SCRIPT);
  chmodSync(join(folder, 'vision.sh'), 0o755);
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  tasks = openTasks(openStore(mesh));
  worker = startWorker();
  await worker.printed(/working the queue vision/);
});
afterAll(async () => {
  await worker?.stop('SIGKILL');
  await tasks?.close();
  await mesh?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const common = () => ['--server', server.url, '--ns', 'test'];
const startWorker = () =>
  new Program(process.execPath, [cli, 'worker', 'vision', '--exec', './vision.sh', ...common(), '--', '-v', 'fast'], {
    cwd: folder,
    env: { PIDS: folder },
  });
const finish = async (spec: TaskSpec) => {
  const answer = await tasks.run(spec, { queue: 'vision', timeoutMs: 60_000 });
  return answer.ok ? answer.value.result : answer;
};
/** The process of a task, once it has told. */
const processOf = (id: string) =>
  until(`${id} to run`, () => Number(readFileSync(join(folder, id), 'utf8')) || undefined);

test('a program gets params and arguments, and its output is the result; what it says goes to the log', async () => {
  const result = await finish({ id: 'told', type: 'tell', params: { url: 'x' } });
  expect(result).toMatchObject({ state: 'succeeded', value: { params: { url: 'x' }, id: 'told', args: '-v fast' } });
  await worker.printed(/^told: looking$/m);
});

test('75 is tried again', async () => {
  expect(await finish({ id: 'later', type: 'later' })).toMatchObject({
    state: 'succeeded',
    value: 'at last',
    attempts: 2,
  });
  expect((await tasks.get('later'))?.attempts[0]).toMatchObject({ outcome: 'error', error: { message: 'not now' } });
});

test('a program that is killed is tried again, as often as may be', async () => {
  const result = await finish({ id: 'crash', type: 'crash', hints: { max_attempts: 2 } });
  expect(result).toMatchObject({
    state: 'failed',
    attempts: 2,
    error: { code: 'killed', message: expect.stringMatching(/SIGSEGV/) },
  });
});

test.each([
  ['refuse', 'exit_3', /^no picture there$/],
  ['text', 'bad_output', /not JSON/],
  ['noise', 'output_too_large', /more than 65536 bytes/],
])('%s fails at once, and says why', async (type, code, message) => {
  const result = await finish({ id: type, type });
  expect(result).toMatchObject({
    state: 'failed',
    attempts: 1,
    error: { code, message: expect.stringMatching(message) },
  });
});

test('a program that ignores SIGTERM is ended when its task is cancelled', async () => {
  await tasks.submit({ id: 'deaf', type: 'deaf' }, { queue: 'vision' });
  const pid = await processOf('deaf');
  const answer = await tasks.cancel('deaf', { reason: 'enough' });
  expect(answer).toMatchObject({ ok: true, value: { state: 'cancelled' } });
  await until('the program to be gone', () => !isAlive(pid) || undefined);
});

test('what cannot be understood is told at once, with exit code 64', async () => {
  const say = (...args: string[]) => run(process.execPath, [cli, 'worker', ...args, ...common()], { cwd: folder });
  expect(await say('vision', '--exec', './blind.sh')).toMatchObject({
    code: 64,
    stderr: expect.stringMatching(/blind\.sh/),
  });
  expect(await say('vision')).toMatchObject({ code: 64, stderr: expect.stringMatching(/--exec/) });
  expect(await say('a.b', '--exec', 'cat')).toMatchObject({ code: 64, stderr: expect.stringMatching(/a\.b/) });
  const many = await say('vision', '--exec', 'cat', '--slots', '0');
  expect(many).toMatchObject({ code: 64, stderr: expect.stringMatching(/--slots 0/) });
});

test('Ctrl-C lets a program finish', async () => {
  await tasks.submit({ id: 'slow', type: 'slow' }, { queue: 'vision' });
  await processOf('slow');
  expect(await worker.stop('SIGINT')).toBe(0);
  expect(await tasks.wait('slow', { timeoutMs: 60_000 })).toMatchObject({
    state: 'succeeded',
    value: 'slow',
    attempts: 1,
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // nobody has that number
  }
}
