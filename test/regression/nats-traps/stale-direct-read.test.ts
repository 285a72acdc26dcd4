import { type Broker, bucketAsset, openStore, type StoredWhole } from '@seedcore/store';
import { expect, test } from 'vitest';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();
const TIMES = 20;

/** Any copy of a stream may answer a direct read, and one of them may have fallen behind; one node has no other copy. */
function standStill(broker: Broker): void {
  const last = broker.last.bind(broker);
  const seen = new Map<string, StoredWhole | undefined>();
  broker.last = async (stream, subject, options) => {
    if (options.fresh) return last(stream, subject, options);
    if (!seen.has(subject)) seen.set(subject, await last(stream, subject, options));
    return seen.get(subject);
  };
}

test('only the leader answers a fresh read: it works where no copy may answer', async () => {
  await bed.manager.streams.add({ name: 'LED', subjects: ['led.>'], allow_direct: false });
  await bed.stream.publish('led.a', 'x');
  const { broker } = bed.store;
  expect(await broker.last('LED', 'led.a', { fresh: true })).toMatchObject({ seq: 1 });
  await expect(broker.last('LED', 'led.a', { fresh: false })).rejects.toMatchObject({ code: 'unavailable' });
});

test('a write that follows a stale read takes back what others wrote; an update asks the leader', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const store = openStore(bed.mesh);
  standStill(store.broker);
  const ours = store.bucket(numbers);

  const bare = await bed.kvm.open('trap_numbers');
  for (let i = 0; i < TIMES; i++)
    await bare.put('bare', JSON.stringify({ n: ((await ours.get('bare'))?.value.n ?? 0) + 1 }));
  expect((await bare.get('bare'))?.json<{ n: number }>().n).toBeLessThan(TIMES);

  for (let i = 0; i < TIMES; i++) await ours.update('ours', (now) => ({ n: (now?.n ?? 0) + 1 }));
  expect((await ours.get('ours', { fresh: true }))?.value).toEqual({ n: TIMES });
});

test('what is written between the read and the write of an update is not lost: the write is refused, and made anew', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const stores = [openStore(bed.mesh), openStore(bed.mesh)];
  const increment = (now: { n: number } | undefined) => ({ n: (now?.n ?? 0) + 1 });
  const all = stores.flatMap((store) => {
    const ours = store.bucket(numbers);
    return Array.from({ length: TIMES }, () => ours.update('both', increment));
  });
  await Promise.all(all);
  expect((await bed.store.bucket(numbers).get('both', { fresh: true }))?.value).toEqual({ n: 2 * TIMES });
});
