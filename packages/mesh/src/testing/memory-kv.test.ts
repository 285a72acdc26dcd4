import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { KvSpec } from '../kv/kv.ts';
import { kvCases } from './kv-suite.ts';
import { MemoryBus } from './memory-bus.ts';
import { memoryMesh } from './memory-mesh.ts';

const spec: KvSpec = { name: 'things', doc: 'Of a test.', storage: 'memory', history: 1, maxAgeMs: 0 };
const value = new Uint8Array([1]);

function bed() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  return { ...ports, bus, open: () => memoryMesh({ ...ports, bus }) };
}

describe('key-value storage in memory keeps the promises of the port:', () => {
  test.each(kvCases)('$name', async ({ run }) => {
    const { clock, open } = bed();
    await run({ open: async () => open(), pass: (ms) => clock.advance(ms) });
  });
});

test('while disconnected nothing is read or heard; afterwards a watch repeats what is there', async () => {
  const { open, clock } = bed();
  const [one, other] = [open(), open()];
  const seen: string[] = [];
  other.kv.bucket(spec).watch(({ key, value: is }) => seen.push(is === undefined ? `-${key}` : key));
  await one.kv.bucket(spec).put('a', value);
  await clock.advance(0);
  other.transport.disconnect();
  await expect(other.kv.bucket(spec).get('a')).rejects.toMatchObject({ code: 'not_connected' });
  await one.kv.bucket(spec).put('b', value);
  await one.kv.bucket(spec).delete('a');
  await clock.advance(0);
  other.transport.reconnect();
  await clock.advance(0);
  expect(seen).toEqual(['a', 'b', '-a']);
});

test('a broker without JetStream, and one that does not answer, say so', async () => {
  const { open, clock, bus } = bed();
  const mesh = open();
  bus.buckets.available = false;
  expect(mesh.kv.available).toBe(false);
  await expect(mesh.kv.bucket(spec).put('a', value)).rejects.toMatchObject({ code: 'unavailable' });
  await mesh.kv.bucket(spec).watch(() => {}).ready;
  bus.buckets.available = true;
  bus.buckets.silence('a');
  const late = expect(mesh.kv.bucket(spec).put('a', value)).rejects.toMatchObject({ code: 'timeout' });
  await clock.advance(2_000);
  await late;
  await mesh.kv.bucket(spec).put('b', value);
});

test('a mesh that is closed watches nothing', async () => {
  const { open, clock } = bed();
  const [one, other] = [open(), open()];
  const seen: string[] = [];
  other.kv.bucket(spec).watch(({ key }) => seen.push(key));
  await other.close();
  await one.kv.bucket(spec).put('a', value);
  await clock.advance(0);
  expect([seen, clock.pending]).toEqual([[], 0]);
});
