import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('the library deletes everything when the key to delete is a wildcard; ours refuses the key', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const ours = bed.store.bucket(numbers);
  const bare = await bed.kvm.open('trap_numbers');
  await ours.createOnce('a', { n: 1 });
  await bare.delete('>');
  expect(await ours.get('a')).toBeUndefined();

  await ours.createOnce('a', { n: 2 });
  const remove = async (key: string) => ours.update(key, () => 'remove');
  for (const key of ['>', '*', 'a.>']) await expect(remove(key)).rejects.toMatchObject({ code: 'invalid_key' });
  expect((await ours.get('a'))?.value).toEqual({ n: 2 });
});
