import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { until } from '../../support/until.ts';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();
const READS = 20;

test('each batch read of the library leaves a subscription behind; our lists leave none', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const ours = bed.store.bucket(numbers);
  for (const key of ['a', 'b']) await ours.createOnce(key, { n: 1 });
  const before = await subscriptions();
  for (let i = 0; i < READS; i++) await ours.list('', { limit: 10 });
  expect(await subscriptions()).toBe(before);

  for (let i = 0; i < READS; i++) {
    const found = await bed.manager.direct.getLastMessagesFor('KV_trap_numbers', {
      multi_last: ['$KV.trap_numbers.>'],
      batch: 10,
    });
    for await (const _ of found);
  }
  await until('the subscriptions to show', async () => (await subscriptions()) === before + READS || undefined);
});

const connz = z.object({ connections: z.array(z.object({ subscriptions: z.int() })) });

async function subscriptions(): Promise<number> {
  await bed.nats.flush();
  const answer = await fetch(`${bed.server.monitorUrl}/connz`);
  const { connections } = connz.parse(await answer.json());
  return connections.reduce((sum, one) => sum + one.subscriptions, 0);
}
