import { bucketAsset, type Store } from '@seedcore/store';
import { z } from 'zod';

const visitors = { name: 'visitors', schema: z.strictObject({ visits: z.int() }), version: 1 };

/** Counts a visit, exactly, however many processes count the same visitor at once. */
export async function countVisit(store: Store, visitor: string): Promise<number> {
  await store.provision([bucketAsset('visitors', 'Who came how often.')]);
  const bucket = store.bucket(visitors);
  const { value } = await bucket.update(visitor, (now) => ({ visits: (now?.visits ?? 0) + 1 }));
  return value.visits;
}
