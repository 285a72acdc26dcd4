import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { settlesWithin } from './settles-within.ts';

const INFO = {
  server_id: 'x',
  version: '2.15.1',
  proto: 1,
  max_payload: 1_000_000,
  headers: true,
  auth_required: true,
};

/** A broker whose accounts can be locked: whoever comes then is told so, as after a change of credentials. */
async function lockableBroker() {
  const sockets = new Set<Socket>();
  let locked = false;
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      if (locked) socket.end("-ERR 'Authorization Violation'\r\n");
      else if (data.includes('PING')) socket.write('PONG\r\n');
    });
    socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `nats://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    lock(value: boolean) {
      locked = value;
      hangUp();
    },
    close() {
      listener.close();
      hangUp();
    },
  };
}

test('the library gives up when it is refused twice while reconnecting; the mesh waits until it is let in again', async () => {
  const broker = await lockableBroker();
  const connection = await connect({ servers: broker.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const mesh = await openMesh({ servers: broker.url, onDefect: () => {} });
  let tries = 0;
  const counting = (async () => {
    for await (const { type } of mesh.nats().status()) if (type === 'reconnecting') tries += 1;
  })();

  broker.lock(true);
  expect(await settlesWithin(connection.closed(), 60_000)).toBe(true);
  await until('the mesh to be refused more than twice', () => tries > 3 || undefined);
  broker.lock(false);
  await until('the mesh to be back', () => (mesh.state === 'up' ? true : undefined));

  broker.close();
  await until('the mesh to notice', () => (mesh.state === 'down' ? true : undefined));
  await mesh.close();
  await counting;
});
