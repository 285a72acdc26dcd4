import { setTimeout as sleep } from 'node:timers/promises';
import { type BusMesh, kvCases, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let server: RunningServer;
const opened: BusMesh[] = [];

beforeAll(async () => {
  server = await startBroker();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mesh) => mesh.close()));
});
afterAll(() => server.stop());

async function open() {
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  opened.push(mesh);
  return mesh;
}

describe('key-value storage on a real broker keeps the promises of the port:', () => {
  test.each(kvCases)('$name', ({ run }) => run({ open, pass: (ms) => sleep(ms) }));
});

test('a watch survives a broker restart, and a bucket in memory is made anew', async () => {
  const spec = { name: 'kept', doc: 'Of a test.', storage: 'file', history: 2, maxAgeMs: 0 } as const;
  const lost = { ...spec, name: 'lost', storage: 'memory' } as const;
  const [one, other] = [await open(), await open()];
  const seen: string[] = [];
  const on = ({ key, value }: { key: string; value: Uint8Array | undefined }) =>
    seen.push(`${key}=${value === undefined ? '-' : value.join()}`);
  await other.kv.bucket(spec).watch(on).ready;
  await other.kv.bucket(lost).watch(on).ready;
  await one.kv.bucket(spec).put('a', Uint8Array.of(1));
  await one.kv.bucket(lost).put('b', Uint8Array.of(1));
  await until('both values', () => seen.length === 2 || undefined);

  await server.kill();
  await until('both to notice', () => (one.state === 'down' && other.state === 'down') || undefined);
  await expect(one.kv.bucket(spec).get('a')).rejects.toMatchObject({ code: 'not_connected' });
  await server.restart();
  await until('both to be back', () => (one.state === 'up' && other.state === 'up') || undefined);

  await until('the kept value to be repeated', () => seen.filter((text) => text === 'a=1').length === 2 || undefined);
  await one.kv.bucket(spec).put('a', Uint8Array.of(2));
  await one.kv.bucket(lost).put('b', Uint8Array.of(2));
  await until('later changes', () => (seen.includes('a=2') && seen.includes('b=2')) || undefined);
});
