import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { commandLine, PortTaken, type RunningServer, type ServerBinary, startServer } from '@seedcore/nats-dev';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { serverBinary } from './server-binary.ts';

let server: ServerBinary;
const running: RunningServer[] = [];
const folders: string[] = [];

beforeAll(async () => {
  server = await serverBinary();
}, 600_000);

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a started server answers, keeps what it confirmed through a crash, and leaves nothing behind', async () => {
  const nats = await start({});
  const before = await connect({ servers: nats.url, reconnect: false });
  await (await jetstreamManager(before)).streams.add({ name: 'S', subjects: ['s.>'] });
  const ack = await jetstream(before).publish('s.1', 'kept');
  await nats.kill();
  await nats.restart();
  const after = await connect({ servers: nats.url });
  const info = await (await jetstreamManager(after)).streams.info('S');
  expect({ acknowledged: ack.seq, stored: info.state.messages }).toEqual({ acknowledged: 1, stored: 1 });
  await after.close();
  await nats.stop();
  expect(existsSync(nats.dataDir)).toBe(false);
  expect(commandLine(nats.pid)).toBeUndefined();
});

test('a restart keeps the address and the data of a server that runs', async () => {
  const nats = await start({ dataDir: folder() });
  const { url, pid } = nats;
  await nats.restart();
  expect(nats.url).toBe(url);
  expect(nats.pid).not.toBe(pid);
});

test('mesh.A26: kill -9 of the parent leaves no server and no temporary folder', async () => {
  const { parent, pid, dataDir } = await startedByChild();
  expect(commandLine(pid)).toContain(dataDir);
  parent.kill('SIGKILL');
  await eventually('the server is gone', () => commandLine(pid) === undefined, 60_000);
  await eventually('its folder is gone', () => !existsSync(dataDir), 60_000);
});

test('a server that lost its guardian is ended by the next start on its folder', async () => {
  const dataDir = folder();
  const { parent, pid } = await startedByChild(dataDir);
  const record = JSON.parse(readFileSync(join(dataDir, 'nats-server.json'), 'utf8'));
  process.kill(record.guardian, 'SIGKILL');
  parent.kill('SIGKILL');
  await eventually('the guardian is gone', () => commandLine(record.guardian) === undefined, 60_000);
  expect(commandLine(pid)).toContain(dataDir);
  const nats = await start({ dataDir });
  expect(commandLine(pid)).toBeUndefined();
  expect(nats.pid).not.toBe(pid);
});

test('a record of a process that is somebody else’s by now costs that process nothing', async () => {
  const dataDir = folder();
  const record = { guardian: process.pid, server: process.ppid, config: join(dataDir, 'nats-server.conf') };
  writeFileSync(join(dataDir, 'nats-server.json'), JSON.stringify(record));
  await start({ dataDir });
  expect(commandLine(process.ppid)).toBeDefined();
});

test('mesh.A26: of two starts at once on one folder one wins and the other says why not', async () => {
  const dataDir = folder();
  const results = await Promise.allSettled([start({ dataDir }), start({ dataDir })]);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(String(refused[0]?.reason)).toMatch(/nats-server\.json|running already/);
  await expect(start({ dataDir })).rejects.toThrow(/running already/);
});

test('mesh.A26: a port that another start takes between the look and the start is told with who has it', async () => {
  const place = folder();
  const slow = join(place, 'nats-server');
  const waits = `touch ${place}/checking; while [ ! -e ${place}/go ]; do sleep 0.05; done`;
  writeFileSync(slow, `#!/bin/sh\n[ "$1" = -t ] && { ${waits}; }\nexec ${server.path} "$@"\n`);
  chmodSync(slow, 0o755);
  const first = await start({});
  const port = Number(new URL(first.url).port);
  await first.kill();
  const second = startServer({ server: { ...server, path: slow }, port });
  await eventually('the second start has looked', () => existsSync(join(place, 'checking')), 60_000);
  await first.restart();
  writeFileSync(join(place, 'go'), '');
  const error: unknown = await second.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PortTaken);
  expect(String(error)).toContain(`port ${port} is taken by a NATS server; use it with NATS_URL`);
});

test('a port a NATS server has is refused with how to use it; one of something else is passed over', async () => {
  const first = await start({});
  const taken = Number(new URL(first.url).port);
  await expect(start({ port: taken })).rejects.toThrow(`NATS_URL=nats://127.0.0.1:${taken}`);
  const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const port = await new Promise<number>((resolve) => {
    stranger.listen(0, '127.0.0.1', () => {
      const address = stranger.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const said: string[] = [];
  const second = await start({ port, report: (text) => said.push(text) });
  expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
  expect(said).toEqual([expect.stringContaining(`port ${port} is taken by something that is not a NATS server`)]);
  await expect(start({ port, strictPort: true })).rejects.toThrow(`port ${port} is taken`);
  stranger.close();
});

test('a server that does not become ready is ended, and the end of its log is shown', async () => {
  const place = folder();
  const path = join(place, 'nats-server');
  writeFileSync(path, '#!/bin/sh\n[ "$1" = -t ] && exit 0\necho "cannot lock the lake"\nexec sleep 60\n');
  chmodSync(path, 0o755);
  const fake = { kind: 'binary', path, version: [2, 15, 1] } as const;
  await expect(startServer({ server: fake, readyMs: 3_000 })).rejects.toThrow(
    /not ready within 3 s[\s\S]*cannot lock the lake/,
  );
});

test('a folder that cannot be written is named', async () => {
  await expect(start({ dataDir: '/dev/null/data' })).rejects.toThrow('the data folder /dev/null/data cannot be used');
});

async function start(options: Omit<Parameters<typeof startServer>[0], 'server'>): Promise<RunningServer> {
  const nats = await startServer({ ...options, server });
  running.push(nats);
  return nats;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
  folders.push(made);
  return made;
}

async function startedByChild(dataDir?: string): Promise<{ parent: ChildProcess; pid: number; dataDir: string }> {
  const script = fileURLToPath(new URL('./main-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, server.path, ...(dataDir ? [dataDir] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: parent.stdout })) return { parent, ...JSON.parse(line) };
  throw new Error('the parent ended before its server started');
}
