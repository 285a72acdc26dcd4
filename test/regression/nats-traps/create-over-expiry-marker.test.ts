import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('the broker refuses to create a key over the marker of its expiry; ours goes once more on the marker', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.', { expiringKeys: true })]);
  const ours = bed.store.bucket(numbers);
  for (const key of ['a', 'b']) await ours.createOnce(key, { n: 1 }, { ttlMs: 1000 });
  await until('both to expire', async () => ((await ours.get('a')) || (await ours.get('b')) ? undefined : true));

  const bare = bed.stream.publish('$KV.trap_numbers.a', '{"n":2}', { expect: { lastSubjectSequence: 0 } });
  await expect(bare).rejects.toThrow(/wrong last sequence/);
  expect(await ours.createOnce('b', { n: 2 })).toMatchObject({ created: true, value: { n: 2 } });
});
