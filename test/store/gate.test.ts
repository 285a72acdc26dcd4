import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { openMesh } from '@seedcore/mesh/testing';
import { bucketAsset, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { streamLog } from '../chaos/store/stream-log.ts';
import { writesPastGate } from '../checkers/store-gate.ts';
import type { Operation } from '../checkers/store-history.ts';
import { meshesOnBroker } from '../support/open-meshes.ts';

const meshes = meshesOnBroker();
const marks = bucketAsset('marks', 'What is marked.', { history: 100 });
const spec = { name: 'marks', schema: z.strictObject({ by: z.string() }), version: 1 };

/**
 * A way to the broker on which its JetStream says that it is older than it is. One whose very greeting is too old is not
 * even connected to: this is what becomes of a store when its broker is replaced under it.
 */
async function agedBroker(port: number) {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const aged = new Transform({
      transform: (chunk: Buffer, _encoding, done) =>
        done(null, Buffer.from(chunk.toString('latin1').replace(/"level":\d/, '"level":1'), 'latin1')),
    });
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(aged).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('durable.A19, store.S8: below the floor nothing is written, and the message names both versions', async () => {
  const direct = await openMesh({ servers: meshes.server().url, ns: 'test', onDefect: () => {} });
  const current = openStore(direct);
  await current.provision([marks]);
  await current.bucket(spec).createOnce('a', { by: 'new' });
  const broker = await agedBroker(Number(new URL(meshes.server().url).port));
  const mesh = await openMesh({ servers: broker.url, ns: 'test', onDefect: () => {} });
  const old = openStore(mesh);
  await expect(old.provision([marks])).rejects.toMatchObject({
    code: 'server_too_old',
    message: expect.stringMatching(/found version 2\.\d+\.\d+ with API level 1, needed 2\.12\.6 with level 2/),
  });
  const refused = expect.objectContaining({ code: 'server_too_old' });
  const bucket = old.bucket(spec);
  await expect(bucket.update('a', () => ({ by: 'old' }))).rejects.toEqual(refused);
  await expect(bucket.createOnce('b', { by: 'old' })).rejects.toEqual(refused);
  await expect(bucket.commit([{ key: 'c', expect: 0, value: { by: 'old' } }])).rejects.toEqual(refused);
  await expect(old.lease('l')).rejects.toEqual(refused);
  expect((await bucket.get('a'))?.value).toEqual({ by: 'new' });
  const asked: Operation = {
    process: 'old',
    id: 'old',
    kind: 'update',
    keys: ['a', 'b', 'c'],
    start: 0,
    end: 0,
    outcome: 'refused',
  };
  const log = await streamLog(direct.nats(), 'marks');
  expect(log.map(({ op }) => op)).toEqual(['new']);
  expect(writesPastGate(['old'], [asked], log)).toEqual([]);
  await Promise.all([current.close(), old.close()]);
  await Promise.all([direct.close(), mesh.close()]);
  broker.close();
});
