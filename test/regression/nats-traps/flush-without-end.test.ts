import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { VirtualClock } from '@seedcore/protocol/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';
import { settlesWithin } from './settles-within.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

test('the library waits for a hung broker without end; a flush of the mesh ends with timeout', async () => {
  const connection = await connect({ servers: server.url });
  const clock = new VirtualClock();
  const mesh = await openMesh({ servers: server.url, clock, onDefect: () => {} });
  process.kill(server.pid, 'SIGSTOP');
  try {
    // The signal takes a moment: a flush right after it may still be answered.
    const hangs = async () => ((await settlesWithin(connection.flush(), 500)) ? undefined : true);
    await until('a flush of the library to hang', hangs);
    const late = expect(mesh.transport.flush()).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(5_000);
    await late;
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await connection.close();
  const closed = mesh.close();
  await clock.advance(10_000);
  await closed;
});
