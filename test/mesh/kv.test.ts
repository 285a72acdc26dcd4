import { setTimeout as sleep } from 'node:timers/promises';
import { kvCases } from '@seedcore/mesh/testing';
import { describe, expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { until } from '../support/until.ts';

const { open, server } = meshesOnBroker();

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

  await server().kill();
  await until('both to notice', () => (one.state === 'down' && other.state === 'down') || undefined);
  // With each try to come back the library forgets what the broker could do; that makes it no broker without JetStream.
  await until('the library to have forgotten the broker', () => one.nats().info === undefined || undefined);
  await expect(one.kv.bucket(spec).get('a')).rejects.toMatchObject({ code: 'not_connected' });
  await server().restart();
  await until('both to be back', () => (one.state === 'up' && other.state === 'up') || undefined);

  await until('the kept value to be repeated', () => seen.filter((text) => text === 'a=1').length >= 2 || undefined);
  await one.kv.bucket(spec).put('a', Uint8Array.of(2));
  await one.kv.bucket(lost).put('b', Uint8Array.of(2));
  await until('later changes', () => (seen.includes('a=2') && seen.includes('b=2')) || undefined);
});

test('a bucket that was deleted is made anew by whoever watches it', async () => {
  const spec = { name: 'deleted', doc: 'Of a test.', storage: 'file', history: 1, maxAgeMs: 0 } as const;
  const [one, other] = [await open(), await open()];
  const seen: string[] = [];
  await other.kv.bucket(spec).watch(({ key }) => seen.push(key)).ready;
  const stream = 'KV_seedcore-dev_deleted';
  await one.nats().request(`$JS.API.STREAM.DELETE.${stream}`, '', { timeout: 30_000 });
  // Its silence is noticed after twelve seconds.
  const there = async () => {
    const info = await one.nats().request(`$JS.API.STREAM.INFO.${stream}`);
    return info.string().includes('"error"') ? undefined : true;
  };
  await until('the bucket to be back', there);
  await one.kv.bucket(spec).put('a', Uint8Array.of(1));
  await until('the change', () => seen.includes('a') || undefined);
});
