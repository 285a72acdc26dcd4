import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import { isRecord } from '@seedcore/protocol';
import { bucketAsset, openStore } from '@seedcore/store';
import { expect, onTestFinished, test } from 'vitest';
import { echo, plainWorker } from '../../mesh/echo.ts';
import { serverBinary } from '../../nats-dev/server-binary.ts';
import { until } from '../../support/until.ts';
import { numbers } from './store-bed.ts';

const USERS = `
listen: "127.0.0.1:-1"
authorization {
  users: [
    { user: asker, password: a, permissions: { publish: ">", subscribe: "_INBOX.asker.>" } }
    { user: echo, password: e }
  ]
}
`;

/** A broker on which a user may listen to no inbox but its own. */
async function brokerWithUsers() {
  const folder = mkdtempSync(join(tmpdir(), 'seedcore-users-'));
  const places = `ports_file_dir: "${folder}"\njetstream { store_dir: "${folder}" }\n`;
  writeFileSync(join(folder, 'nats.conf'), USERS + places);
  const { path } = await serverBinary();
  const child = spawn(path, ['-c', join(folder, 'nats.conf')], { stdio: 'ignore' });
  onTestFinished(async () => {
    const ended = once(child, 'exit');
    if (child.kill()) await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: await until('the ports file', () => firstUrl(folder)) };
}

function firstUrl(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => name.endsWith('.ports'));
  if (file === undefined) return undefined;
  const ports: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const urls = isRecord(ports) ? ports['nats'] : undefined;
  return Array.isArray(urls) ? String(urls[0]) : undefined;
}

test('replies reach a user who may listen to no inbox but its own', async () => {
  const broker = await brokerWithUsers();
  const echoing = await openMesh({ servers: broker.url, user: 'echo', pass: 'e' });
  plainWorker(echoing.transport, 'say');
  await echoing.transport.flush();

  const connection = await connect({ servers: broker.url, user: 'asker', pass: 'a' });
  const request = connection.request('seedcore-dev.svc.echo.say', '{"word":"hi"}', { timeout: 30_000 });
  await expect(request).rejects.toThrow(/permissions violation/i);

  const mesh = await openMesh({ servers: broker.url, user: 'asker', pass: 'a' });
  expect(await mesh.client(echo).say({ word: 'hi' })).toEqual({ ok: true, value: { word: 'hi' } });
  const plain = await mesh.nats().request('seedcore-dev.svc.echo.say', '{"word":"hi"}', { timeout: 30_000 });
  expect(plain.json()).toEqual({ word: 'hi' });

  await connection.close();
  await mesh.close();
  await echoing.close();
});

test('the store, which listens beside the transport, does so where such a user may', async () => {
  const broker = await brokerWithUsers();
  const mesh = await openMesh({ servers: broker.url, user: 'asker', pass: 'a' });
  const store = openStore(mesh);
  await store.provision([bucketAsset('numbers', 'Numbers.')]);
  const ours = store.bucket(numbers);
  await ours.createOnce('a', { n: 1 });
  const seen: string[] = [];
  const watch = ours.watch('', ({ key }) => seen.push(key));
  await until('the watch to be caught up', async () => watch.ready.then(() => true));
  expect(seen).toEqual(['a']);
  expect((await ours.list('', { limit: 10 })).items.map(({ key }) => key)).toEqual(['a']);
  await store.close();
  await mesh.close();
});
