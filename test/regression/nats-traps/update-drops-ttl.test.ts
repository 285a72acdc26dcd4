import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('an update of the library makes an expiring key permanent; ours repeats its time to live', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.', { expiringKeys: true })]);
  const bare = await bed.kvm.open('trap_numbers');
  const rev = await bare.create('bare', '{"n":1}', '1s');
  await bare.update('bare', '{"n":2}', rev);

  const ours = bed.store.bucket(numbers);
  await ours.createOnce('ours', { n: 1 }, { ttlMs: 1000 });
  await ours.update('ours', () => ({ n: 2 }));

  await until('ours to expire', async () => ((await ours.get('ours', { fresh: true })) ? undefined : true), 5000);
  expect((await bare.get('bare'))?.json()).toEqual({ n: 2 });
});

test('the library passes on a time to live below a second, which the broker refuses; ours is rounded up', async () => {
  const bare = await bed.kvm.open('trap_numbers');
  await expect(bare.create('short', '{"n":1}', '0.2s')).rejects.toThrow();
  const ours = bed.store.bucket(numbers);
  expect(await ours.createOnce('short', { n: 1 }, { ttlMs: 200 })).toMatchObject({ created: true });
});
