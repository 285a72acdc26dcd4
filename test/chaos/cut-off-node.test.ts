import { setTimeout as pause } from 'node:timers/promises';
import type { KvBucket } from '@seedcore/mesh';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { type RunningCluster, startCluster } from '@seedcore/nats-dev';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';

/** The promise: Raft's own timeouts cannot be set, and a cut-off server keeps its connections. */
const WRITES_AGAIN_MS = 15_000;
const spec = { name: 'kept', doc: 'Of a test.', storage: 'file', history: 1, maxAgeMs: 0 } as const;

let cluster: RunningCluster;
let mesh: BusMesh;
let kept: KvBucket;

beforeEach(async () => {
  cluster = await startCluster(3);
  mesh = await openMesh({ servers: cluster.urls, service: 'writer', replicas: 3, onDefect: () => {} });
  kept = mesh.kv.bucket(spec);
  await until('a first write', () => kept.put('first', Uint8Array.of(1)));
});
afterEach(async () => {
  await mesh?.close();
  await cluster?.stop();
});

/** The member this client is connected to. */
const here = (): number => cluster.urls.indexOf(`nats://${mesh.nats().getServer()}`);

/** Whether the member leads the stream that is written to. */
async function leads(member: number): Promise<boolean> {
  const info = await mesh.nats().request('$JS.API.STREAM.INFO.KV_seedcore-dev_kept', '', { timeout: 5_000 });
  return info.json<{ cluster?: { leader?: string } }>().cluster?.leader === cluster.name(member);
}

/** Makes the member this client is on the leader of the stream, or another one. */
async function whereLeadershipIs(wanted: boolean): Promise<void> {
  await until('the leadership to be there', async () => {
    if ((await leads(here())) === wanted) return true;
    await mesh.nats().request('$JS.API.STREAM.LEADER.STEPDOWN.KV_seedcore-dev_kept', '', { timeout: 5_000 });
    await pause(500);
    return undefined;
  });
  await until('a write there', () => kept.put('before', Uint8Array.of(1)));
}

/** Reads all the time, as processes do; any copy may answer, that of the cut-off member as well. */
function readers(): { readonly ended: Promise<unknown>; stop(): void } {
  let reading = true;
  const read = async () => {
    while (reading) await Promise.all([kept.get('first').catch(() => undefined), pause(100)]);
  };
  return {
    ended: Promise.all([read(), read(), read()]),
    stop: () => {
      reading = false;
    },
  };
}

describe.each([
  ['that leads the stream', true],
  ['that follows another', false],
])('mesh.A21: a client on a cut-off node of three %s', (_which, leading) => {
  test('writes again within 15 s, and reading meanwhile does not keep it there', async () => {
    await whereLeadershipIs(leading);
    const left = here();
    const told: boolean[] = [];
    mesh.observe({ jsUnreachable: (_server, leaves) => told.push(leaves) });
    cluster.partition(left);
    const others = readers();
    const written = until('a write', () => kept.put('after', Uint8Array.of(2)), WRITES_AGAIN_MS);
    expect(await written.finally(() => others.stop())).toBeGreaterThan(0);
    await others.ended;
    expect([here() === left, told[0]]).toEqual([false, true]);
    cluster.heal(left);
    // The copy of the member that was cut off may answer until it has caught up.
    await until('all to know', async () => (await kept.get('after'))?.value?.[0] === 2 || undefined);
    await until('no trouble to be left', async () => (await kept.get('after')) && mesh.troubles().length === 0);
  });
});
