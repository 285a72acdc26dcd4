import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, type RunningServer } from '@seedcore/nats-dev';
import { afterEach, expect, test } from 'vitest';
import { Program, root, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const cli = join(root, 'packages/cli/src/main.ts');
const folders: string[] = [];
const programs: Program[] = [];
const brokers: RunningServer[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop('SIGTERM');
  for (const broker of brokers.splice(0)) await broker.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('up says how each part became ready; ps shows it; a second up says that one runs; down ends it all', async () => {
  const data = folder();
  const program = up(data, '--services', 'ml,energy');
  await program.printed(/^NATS {2}nats:\/\//m);
  expect(program.output).toMatch(
    /nats-server {2}ready in [\d.]+ m?s[\s\S]*(ml|energy) +ready in .*[\s\S]*(ml|energy) +ready in/,
  );
  const rows = await processes(data);
  expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'up ready',
    'nats-server ready',
    'ml ready',
    'energy ready',
  ]);
  const second = await seedcore('up', '--data', data);
  expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('running here already') });
  expect(second.stdout).toContain('npx seedcore down');
  expect(await seedcore('down', '--data', data)).toMatchObject({ code: 0 });
  expect(await program.ended()).toBe(0);
  expect(program.output).toMatch(/ml +finished in/);
  for (const { pid } of rows) expect(commandLine(pid)).toBeUndefined();
  expect(await seedcore('down', '--data', data)).toMatchObject({ code: 0, stdout: expect.stringContaining('No mesh') });
});

test('Ctrl-C finishes and exits with 0, and the next start finds the data of the last', async () => {
  const data = folder();
  for (let round = 0; round < 2; round++) {
    const program = up(data, '--services', 'ml');
    await program.printed(/^NATS {2}nats:\/\//m);
    program.child.kill('SIGINT');
    expect(await program.ended()).toBe(0);
  }
});

test('what crashes is started again: a service, and the NATS server on the same port', async () => {
  const data = folder();
  const program = up(data, '--services', 'ml');
  const [, url] = await program.printed(/^NATS {2}(nats:\/\/\S+)/m);
  process.kill(await pid(data, 'ml'), 'SIGKILL');
  await program.printed(
    /ml +stopped \(killed by SIGKILL\); starting it again at once[\s\S]*ml +ready again \(restart 1\)/,
  );
  process.kill(await pid(data, 'nats-server'), 'SIGKILL');
  await program.printed(/nats-server +ready again \(restart 1\)/);
  await until('ml to answer again', async () => {
    const { code } = await seedcore('call', 'ml', 'health', '--server', url ?? '');
    return code === 0 || undefined;
  });
});

test('kill -9 of up leaves no process behind, and down clears what it wrote', async () => {
  const data = folder();
  const program = up(data, '--services', 'ml');
  await program.printed(/^NATS {2}nats:\/\//m);
  const rows = await processes(data);
  program.child.kill('SIGKILL');
  for (const { name, pid: one } of rows) {
    await until(`${name} to be gone`, () => commandLine(one) === undefined || undefined);
  }
  expect((await processes(data)).map(({ state }) => state)).toEqual(['gone', 'gone', 'gone']);
  expect(await seedcore('down', '--data', data)).toMatchObject({ code: 0 });
  expect(existsSync(join(data, 'up.json'))).toBe(false);
});

test('with --nats an existing server is used and none is started or stopped', async () => {
  const broker = await startBroker();
  brokers.push(broker);
  const data = folder();
  const program = new Program(process.execPath, [
    cli,
    'up',
    '--bare',
    '--services',
    'ml',
    '--data',
    data,
    '--nats',
    broker.url,
  ]);
  programs.push(program);
  await program.printed(/^NATS {2}nats:\/\//m);
  expect((await processes(data)).map(({ name }) => name)).toEqual(['up', 'ml']);
  expect(await program.stop('SIGINT')).toBe(0);
  expect(commandLine(broker.pid)).toBeDefined();
});

test('some services here and the rest elsewhere, against one NATS server, are one mesh', async () => {
  const here = folder();
  const first = up(here, '--services', 'ml,energy,state');
  const [, url = ''] = await first.printed(/^NATS {2}(nats:\/\/\S+)/m);
  const second = up(folder(), '--services', 'cognitive,organism,coordinator', '--nats', url);
  await second.printed(/^NATS {2}nats:\/\//m);
  const done = await seedcore('task', 'run', 'fact_store', '{"text":"stored far away"}', '--server', url);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(await second.stop('SIGINT')).toBe(0);
  expect((await processes(here)).map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready', 'ready']);
});

test('with -v the logs of the services are shown, and why this server', async () => {
  const program = up(folder(), '--services', 'ml', '-v', '--log-level', 'info');
  await program.printed(/url: NATS_URL is not set/);
  await program.printed(/ml +\| .*ready/);
});

test.each([
  [
    'a data folder that cannot be written',
    ['--data', '/dev/null/data'],
    1,
    /data folder \/dev\/null\/data cannot be written.*--data DIR/,
  ],
  ['a service nobody knows', ['--services', 'mll'], 64, /no service "mll"; did you mean "ml"\?/],
  ['a server that does not answer', ['--nats', 'nats://127.0.0.1:1'], 69, /no NATS server answered/],
  ['a port that is none', ['--port', 'http'], 64, /--port http: a port is a number/],
])('%s is named, and the exit code is not 0', async (_, args, code, message) => {
  const done = await seedcore('up', '--data', folder(), ...args);
  expect(done.code).toBe(code);
  expect(done.stderr).toMatch(message);
});

test('a port that is taken is named, with the way around it', async () => {
  const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const done = await seedcore('up', '--data', folder(), '--port', port);
  stranger.close();
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(new RegExp(`port ${port} is taken by something that is not a NATS server.*--port`));
});

test('no server obtainable: everything tried and every remedy is listed', async () => {
  const env = { SEEDCORE_NATS_SERVER: '', NATS_SERVER_BIN: '', SEEDCORE_NATS_STEPS: 'url,env' };
  const done = await run(process.execPath, [cli, 'up', '--data', folder()], { env });
  expect(done.code).toBe(69);
  expect(done.stderr).toMatch(/no nats-server >= 2\.12\.6 could be obtained[\s\S]*go install/);
});

test('a service that cannot be configured is given up, with the end of its log', async () => {
  const program = new Program(
    process.execPath,
    [cli, 'up', '--bare', '--services', 'ml', '--data', folder(), '--port', '0'],
    {
      env: { METRICS_PORT: 'http' },
    },
  );
  expect(await program.ended()).toBe(1);
  expect(program.output).toMatch(/ml: its configuration is wrong[\s\S]*METRICS_PORT/);
});

test('an interrupt before anything is ready ends at once and leaves nothing', async () => {
  const data = folder();
  const program = up(data, '--services', 'ml');
  await program.printed(/nats-server {2}ready/);
  const record = JSON.parse(readFileSync(join(data, 'nats', 'nats-server.json'), 'utf8'));
  await program.stop('SIGINT');
  await until('the server to be gone', () => commandLine(record.server) === undefined || undefined);
});

function up(data: string, ...args: string[]): Program {
  const program = new Program(process.execPath, [cli, 'up', '--bare', '--data', data, '--port', '0', ...args]);
  programs.push(program);
  return program;
}

function seedcore(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(process.execPath, [cli, ...args]);
}

async function processes(data: string): Promise<{ name: string; pid: number; state: string }[]> {
  return JSON.parse((await seedcore('ps', '--json', '--data', data)).stdout);
}

async function pid(data: string, name: string): Promise<number> {
  const found = (await processes(data)).find((one) => one.name === name)?.pid;
  // A signal to process 0 would end the tests themselves.
  if (!found) throw new Error(`no ${name} runs`);
  return found;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
  folders.push(made);
  return made;
}
