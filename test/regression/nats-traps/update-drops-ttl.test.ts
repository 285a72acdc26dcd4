import { openMesh } from '@seedcore/mesh/testing';
import { bucketAsset, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('an update of the library makes an expiring key permanent; ours repeats its time to live', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.', { expiringKeys: true })]);
  const bare = await bed.kvm.open('trap_numbers');
  const rev = await bare.create('bare', '{"n":1}', '3s');
  await bare.update('bare', '{"n":2}', rev);

  const ours = bed.store.bucket(numbers);
  await ours.createOnce('ours', { n: 1 }, { ttlMs: 3000 });
  await ours.update('ours', () => ({ n: 2 }));

  await until('ours to expire', async () => ((await ours.get('ours', { fresh: true })) ? undefined : true));
  expect((await bare.get('bare'))?.json()).toEqual({ n: 2 });
});

test('the library passes on a time to live below a second, which the broker refuses; ours is rounded up', async () => {
  const bare = await bed.kvm.open('trap_numbers');
  await expect(bare.create('short', '{"n":1}', '0.2s')).rejects.toThrow();
  const ours = bed.store.bucket(numbers);
  expect(await ours.createOnce('short', { n: 1 }, { ttlMs: 200 })).toMatchObject({ created: true });
});

test('a lease keeps its time to live when it is renewed, so that it ends when its holder is gone', async () => {
  await bed.store.provision([]);
  const holder = await openMesh({ servers: bed.server.url, ns: 'trap' });
  const lease = await openStore(holder).lease('a', { ttlMs: 2000 });
  const rev = async () => (await bed.store.broker.last('KV_trap_leases', '$KV.trap_leases.a', { fresh: true }))?.seq;
  await until('a renewal', async () => ((await rev()) === lease?.epoch ? undefined : true));
  await holder.close();

  const next = await until('it to be free', () => bed.store.lease('a', { ttlMs: 2000 }));
  expect(next.epoch).toBeGreaterThan(lease?.epoch ?? Number.POSITIVE_INFINITY);
  await next.release();
});
