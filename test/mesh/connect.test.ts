import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect, type Mesh, natsFromEnv } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

async function connections(): Promise<number> {
  const varz: unknown = await (await fetch(`${server.monitorUrl}/connz`)).json();
  return typeof varz === 'object' && varz !== null && 'num_connections' in varz ? Number(varz.num_connections) : -1;
}

async function failureOf(work: Promise<Mesh>): Promise<MeshError> {
  const error = await work.then(
    async (mesh) => mesh.close(),
    (reason: unknown) => reason,
  );
  if (!(error instanceof MeshError)) throw new Error('expected a MeshError', { cause: error });
  return error;
}

/** Something that greets like a NATS server and then says one thing. */
async function impostor(info: object, answer: string): Promise<{ url: string; leave(): void }> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.write(`INFO ${JSON.stringify({ server_id: 'x', proto: 1, max_payload: 1e6, headers: true, ...info })}\r\n`);
    socket.once('data', () => socket.write(answer));
    socket.on('error', () => socket.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const leave = () => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `nats://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, leave };
}

test('mesh.A23: fifty concurrent callers get one mesh over one connection', async () => {
  const before = await connections();
  const options = { ...natsFromEnv({ NATS_URL: server.url }), service: 'asker' };
  const meshes = await Promise.all(Array.from({ length: 50 }, () => connect(options)));
  expect(new Set(meshes).size).toBe(1);
  expect((await connections()) - before).toBe(1);
  await expect(connect({ ...options, user: 'other', pass: 'secret' })).rejects.toThrow(
    /another user, pass: one process/,
  );
  expect(meshes[0]?.broker).toMatchObject({ apiLevel: expect.any(Number), version: expect.stringMatching(/^2\./) });
  await meshes[0]?.close();
  const again = await connect({ ...options, instance: 'i2' });
  expect(again.instance).toBe('i2');
  await again.close();
});

test('mesh.A23: wrong credentials end the first connection at once', async () => {
  const { url, leave } = await impostor({ version: '2.15.1' }, "-ERR 'Authorization Violation'\r\n");
  const error = await failureOf(openMesh({ servers: url, user: 'ada', pass: 'hunter2' }));
  expect(error).toMatchObject({ code: 'forbidden', details: { reason: 'rejected' } });
  expect(error.message).toContain('user ada, tls off');
  expect(error.message).not.toContain('hunter2');
  leave();
});

test.each([
  [
    { version: '2.10.22', jetstream: true },
    /^nats-server 2\.10\.22 is too old: 2\.12\.6 .*recommended 2\.15\.1.*npm start/,
  ],
  [
    { version: '2.12.6', jetstream: true, api_lvl: 1 },
    /^JetStream API level 1 of nats-server 2\.12\.6 is too old: level 2/,
  ],
])('mesh.A23: a broker that is too old is refused: %o', async (info, message) => {
  const { url, leave } = await impostor(info, 'PONG\r\n');
  const error = await failureOf(openMesh({ servers: url }));
  expect(error).toMatchObject({ code: 'not_connected', details: { reason: 'broker_too_old' } });
  expect(error.message).toMatch(message);
  leave();
});

test('a broker without JetStream is allowed', async () => {
  const { url, leave } = await impostor({ version: '2.12.6' }, 'PONG\r\n');
  const mesh = await openMesh({ servers: url, onDefect: () => {} });
  expect(mesh.broker).toMatchObject({ version: '2.12.6', apiLevel: undefined });
  leave();
  await until('the mesh to notice', () => mesh.state === 'down' || undefined);
  await mesh.close();
});
