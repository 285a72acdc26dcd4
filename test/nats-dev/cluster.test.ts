import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { commandLine, type RunningCluster, type ServerBinary, startCluster } from '@seedcore/nats-dev';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { eventually } from './eventually.ts';
import { serverBinary } from './server-binary.ts';

/** Raft's own timeouts cannot be set: a durable write may take 15 s after a fault (faults.md §1.3), on a busy machine more. */
const WRITE_MS = 60_000;

let server: ServerBinary;
let cluster: RunningCluster;
const opened: NatsConnection[] = [];

beforeAll(async () => {
  server = await serverBinary();
}, 600_000);
beforeEach(async () => {
  cluster = await startCluster(3, { server, readyMs: 60_000 });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nats) => nats.close()));
  await cluster.stop();
});

test('three members have one leader, and nothing of them is left when they are stopped', async () => {
  expect(await cluster.leader()).toBeOneOf([0, 1, 2]);
  expect(new Set(cluster.urls).size).toBe(3);
  const started = cluster.members.map(({ pid, dataDir }) => ({ pid, dataDir }));
  cluster.partition(1);
  await cluster.pause(2);
  await cluster.stop();
  for (const { pid, dataDir } of started) expect([commandLine(pid), existsSync(dataDir)]).toEqual([undefined, false]);
});

test('a member that is killed takes no acknowledged write with it, and writes go on without it', async () => {
  const nats = await client();
  const leader = await replicated(nats);
  const first = await write(nats, 'before');
  await cluster.kill(leader);
  const second = await write(nats, 'without the leader');
  expect(second).toBeGreaterThan(first);
  await cluster.restart(leader);
  await until('the member to catch up', async () => (await stored(leader)) >= second || undefined);
});

test('a paused member answers nobody, and the others go on; resumed, it is one of them again', async () => {
  const nats = await client();
  const leader = await replicated(nats);
  const stuck = await client(leader);
  await cluster.pause(leader);
  const silence = pause(500).then(() => 'silence');
  expect(await Promise.race([stuck.flush().then(() => 'an answer'), silence])).toBe('silence');
  const written = await write(await client(other(leader)), 'without the leader');
  await cluster.resume(leader);
  await until('the member to catch up', async () => (await stored(leader)) >= written || undefined);
});

test('a member cut off keeps its clients and acknowledges nothing; a client that moves on writes again', async () => {
  const leader = await replicated(await client());
  const stuck = await client(leader);
  cluster.partition(leader);
  await expect(jetstream(stuck).publish('s.1', 'nobody hears it', { timeout: 3_000 })).rejects.toThrow();
  await stuck.flush();
  expect(addressOf(stuck)).toBe(cluster.urls[leader]);
  await move(stuck, cluster.urls[leader]);
  const written = await write(stuck, 'on another member');
  cluster.heal(leader);
  await until('the member to catch up', async () => (await stored(leader)) >= written || undefined);
});

test('mesh.A26: kill -9 of the parent leaves no member, not even a paused one', async () => {
  const script = fileURLToPath(new URL('./main-cluster-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, server.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await createInterface({ input: parent.stdout })[Symbol.asyncIterator]().next();
  const started: readonly { pid: number; dataDir: string }[] = JSON.parse(line.value ?? '[]');
  expect(started).toHaveLength(3);
  parent.kill('SIGKILL');
  const gone = () => started.every(({ pid, dataDir }) => commandLine(pid) === undefined && !existsSync(dataDir));
  await eventually('the servers and their folders are gone', gone, 60_000);
});

test('a cluster that does not form in time is ended, and the end of each log is shown', async () => {
  const place = mkdtempSync(join(tmpdir(), 'seedcore-test-'));
  const lonely = join(place, 'nats-server');
  const forget = 's#^  routes:.*#  routes: ["nats-route://127.0.0.1:1"]#';
  const rewritten = `sed '${forget}' "$conf" > "$conf.new" && mv "$conf.new" "$conf"`;
  writeFileSync(lonely, `#!/bin/sh\nfor conf; do :; done\n${rewritten}\nexec ${server.path} "$@"\n`, { mode: 0o755 });
  const options = { server: { ...server, path: lonely }, readyMs: 3_000 };
  const error: unknown = await startCluster(3, options).catch((reason: unknown) => reason);
  rmSync(place, { recursive: true });
  expect(String(error)).toMatch(/^Error: no cluster of 3 formed within 3 s; the end of each log:\nseedcore-dev-0:\n.+/);
  await expect(startCluster(1, { server })).rejects.toThrow('a cluster has 3 to 7 servers, not 1');
});

const other = (i: number): number => (i + 1) % 3;
const addressOf = (nats: NatsConnection): string => `nats://${nats.getServer()}`;

async function client(i?: number): Promise<NatsConnection> {
  const servers = i === undefined ? [...cluster.urls] : [cluster.urls[i] ?? ''];
  const nats = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
  opened.push(nats);
  return nats;
}

/** The library's first `reconnect()` may well choose the server it is on. */
async function move(nats: NatsConnection, away: string | undefined): Promise<void> {
  const moved = async () => {
    if (!nats.isClosed() && addressOf(nats) !== away) return true;
    await nats.reconnect();
    return undefined;
  };
  await until('the client to move', moved);
}

/** Makes a stream on all three members and gives the number of the one that leads it. */
async function replicated(nats: NatsConnection): Promise<number> {
  const manager = await jetstreamManager(nats, { timeout: 30_000 });
  await manager.streams.add({ name: 'S', subjects: ['s.>'], num_replicas: 3 });
  const leader = await leaderOf(manager);
  return [0, 1, 2].find((i) => cluster.name(i) === leader) ?? -1;
}

async function leaderOf(manager: JetStreamManager): Promise<string> {
  return until('a leader of the stream', async () => (await manager.streams.info('S')).cluster?.leader);
}

/** Writes until it is acknowledged; gives the sequence number. */
async function write(nats: NatsConnection, text: string): Promise<number> {
  const publish = async () => (await jetstream(nats).publish('s.1', text, { timeout: 1_000 })).seq;
  return until(`an acknowledged write: ${text}`, publish, WRITE_MS);
}

/** The newest sequence number a member itself has stored. */
async function stored(i: number): Promise<number> {
  const answer: unknown = await (await fetch(`${cluster.members[i]?.monitorUrl}/jsz?streams=true`)).json();
  const found = /"last_seq":(\d+)/.exec(JSON.stringify(answer));
  return Number(found?.[1] ?? 0);
}
