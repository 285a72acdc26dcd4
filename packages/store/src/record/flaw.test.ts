import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import { memoryStore } from '../testing/index.ts';

const encoder = new TextEncoder();

test('what is corrupt or newer is told of when it is read or watched, with its bytes; what is sound is not', async () => {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1) });
  const told: string[] = [];
  const listening = store.onFlaw(({ bucket, key, rev, kind, readable, body }) =>
    told.push([bucket, key, rev, kind, readable, new TextDecoder().decode(body)].join(' ')),
  );
  await store.provision([bucketAsset('things', 'Things.')]);
  const things = store.bucket({ name: 'things', schema: z.strictObject({ n: z.int() }), version: 1 });
  await things.createOnce('good', { n: 1 });
  for (const [key, body] of [
    ['corrupt', '{"n":"x"}'],
    ['newer', '{"n":1,"_v":2}'],
    ['strange', '{"n":1,"m":2,"_v":2}'],
  ])
    await store.broker.write(`$KV.test_things.${key}`, encoder.encode(body));
  const flaws = [
    'things corrupt 2 corrupt_record false {"n":"x"}',
    'things newer 3 newer_schema true {"n":1,"_v":2}',
    'things strange 4 newer_schema false {"n":1,"m":2,"_v":2}',
  ];
  const watch = things.watch('', () => undefined);
  await watch.ready;
  expect(told.splice(0)).toEqual(flaws);
  await things.list('', { limit: 10 });
  expect(told.splice(0)).toEqual(flaws);
  await expect(things.get('corrupt')).rejects.toMatchObject({ code: 'corrupt_record' });
  await expect(things.update('newer', () => ({ n: 2 }))).rejects.toMatchObject({ code: 'schema_newer' });
  expect(told.splice(0)).toEqual(flaws.slice(0, 2));
  listening.stop();
  await things.get('newer');
  expect(told).toEqual([]);
  watch.stop();
});

test('what a stream holds is told; of one that is not there, nothing', async () => {
  const store = memoryStore({ clock: new VirtualClock(), random: new SeededRandom(1) });
  await store.provision([bucketAsset('things', 'Things.')]);
  const things = store.bucket({ name: 'things', schema: z.strictObject({ n: z.int() }), version: 1 });
  await things.createOnce('a', { n: 1 });
  await things.createOnce('b', { n: 1 });
  expect(await store.broker.use('KV_test_things')).toEqual({ messages: 2, bytes: expect.any(Number) });
  expect(await store.broker.use('KV_test_none')).toBeUndefined();
});
