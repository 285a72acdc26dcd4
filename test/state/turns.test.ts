import { openMesh } from '@seedcore/mesh/testing';
import { startCluster } from '@seedcore/nats-dev';
import { expect, test } from 'vitest';
import { scaled } from '../chaos/world/scale.ts';
import { Program, root } from '../support/program.ts';
import { startMesh } from '../support/test-mesh.ts';
import { countAdvances } from './advances.ts';

const REPLICAS = ['one', 'two', 'three'];
const WRITERS = 10;
/** Advances of each writer; at least so many that more turns are counted than are kept. */
const EACH = scaled(10, 100);

test(`state.A2: 3 processes × ${WRITERS} writers × ${EACH} advances, 5 % of them repeated and a process killed, are counted once each`, async () => {
  const mesh = await startMesh({ services: [] });
  try {
    const started = REPLICAS.map((name) => mesh.start('state', { SEEDCORE_INSTANCE: name, LOG_LEVEL: 'info' }));
    await Promise.all(started.map((replica) => replica.printed(/"state":"ready"/)));
    const caller = await openMesh({ servers: mesh.url, ns: mesh.ns });
    await countAdvances(caller, {
      ...{ writers: REPLICAS.length * WRITERS, each: EACH },
      inTheMiddle: () => started[0]?.stop('SIGKILL') ?? Promise.reject(new Error('no process')),
    });
    await caller.close();
  } finally {
    await mesh.stop();
  }
});

test(`ten managers × ${EACH} advances through three processes give that turn, with one nats-server of three killed`, async () => {
  const cluster = await startCluster(3);
  const programs: Program[] = [];
  try {
    const env = { NATS_URL: cluster.urls.join(','), SEEDCORE_NS: 'test', SEEDCORE_REPLICAS: '3', LOG_PRETTY: 'false' };
    const start = (SEEDCORE_INSTANCE: string) => {
      const how = { env: { ...env, SEEDCORE_INSTANCE, LOG_LEVEL: 'info' } };
      const program = new Program(process.execPath, [`${root}services/state/src/main.ts`], how);
      programs.push(program);
      return program.printed(/"state":"ready"/, 120_000);
    };
    // The first one provisions what all share.
    for (const name of REPLICAS) await start(name);
    const caller = await openMesh({ servers: [...cluster.urls], ns: 'test' });
    let killed: number | undefined;
    await countAdvances(caller, {
      ...{ writers: WRITERS, each: EACH },
      inTheMiddle: async () => {
        killed = (await cluster.leader()) ?? 0;
        await cluster.kill(killed);
      },
    });
    expect(killed).toBeDefined();
    await caller.close();
  } finally {
    await Promise.all(programs.map((program) => program.stop('SIGTERM')));
    await cluster.stop();
  }
});
