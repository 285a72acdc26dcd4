import { jetstreamManager } from '@nats-io/jetstream';
import { bucketAsset, type KeyChange, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { until } from '../support/until.ts';

const spec = { name: 'things', schema: z.strictObject({ text: z.string() }), version: 1, ttlMs: () => 3_600_000 };
const broker = meshesOnBroker();

test('a watch of keys hears of their ends, of removals, and of what changed while its consumer was away', async () => {
  const [watcher, writer] = [await broker.open(), await broker.open()];
  const store = openStore(watcher);
  await store.provision([bucketAsset('things', 'Things.', { expiringKeys: true })]);
  const bucket = openStore(writer).bucket(spec);
  const written = await bucket.createOnce('w.old', { text: 'x'.repeat(1000) });
  const told: KeyChange[] = [];
  const watch = store.bucket(spec).watchKeys('w.', (change) => told.push(change));
  await watch.ready;
  expect(told).toEqual([{ key: 'w.old', rev: written.rev, isThere: true, untilMs: expect.any(Number) }]);
  expect((told[0]?.untilMs ?? 0) - written.at.getTime()).toBeGreaterThan(3_500_000);

  const short = await bucket.createOnce('w.short', { text: '' }, { ttlMs: 1000 });
  await until('its end', () => told.some(({ key, rev, isThere }) => key === 'w.short' && rev > short.rev && !isThere));
  await bucket.update('w.old', () => 'remove' as const);
  await until('the removal', () => told.some(({ key, isThere }) => key === 'w.old' && !isThere));

  const manager = await jetstreamManager(watcher.nats());
  const stream = `KV_${watcher.ns}_things`;
  for await (const { name } of manager.consumers.list(stream)) await manager.consumers.delete(stream, name);
  await bucket.createOnce('w.new', { text: '' });
  await until('what was missed', () => told.some(({ key, isThere }) => key === 'w.new' && isThere));
  expect(watch.isCurrent()).toBe(true);
  watch.stop();
  await store.close();
});
