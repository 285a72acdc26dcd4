import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('the library lists the key of an expiry marker and gives an entry for it; for ours the key is gone', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.', { expiringKeys: true })]);
  const ours = bed.store.bucket(numbers);
  await ours.createOnce('gone', { n: 1 }, { ttlMs: 1000 });
  await ours.createOnce('here', { n: 2 });
  const bare = await bed.kvm.open('trap_numbers');
  await until('the marker', async () => ((await bare.get('gone'))?.length === 0 ? true : undefined));

  const keys: string[] = [];
  for await (const key of await bare.keys()) keys.push(key);
  expect(keys).toContain('gone');
  expect((await bare.get('gone'))?.operation).toBe('PURGE');

  expect((await ours.list('', { limit: 10 })).items.map(({ key }) => key)).toEqual(['here']);
  expect(await ours.get('gone')).toBeUndefined();
});
