import { type Broker, bucketAsset, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

/** After a partition brokers refuse what they have written; one node never does, so its answers are bent. */
function bend(broker: Broker, every: number): void {
  const write = broker.write.bind(broker);
  let count = 0;
  broker.write = async (subject, body, options) => {
    const written = await write(subject, body, options);
    return ++count % every === 0 ? { ok: false, refused: 'wrong_sequence' } : written;
  };
}

test('who repeats a refused write counts twice; an update looks for its own write first and counts once', async () => {
  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const store = openStore(bed.mesh);
  bend(store.broker, 3);

  for (let i = 0; i < 10; i++) await incrementNaively(store.broker, '$KV.trap_numbers.bare');
  const bare = await bed.kvm.open('trap_numbers');
  expect((await bare.get('bare'))?.json<{ n: number }>().n).toBeGreaterThan(10);

  const ours = store.bucket(numbers);
  for (let i = 0; i < 10; i++) await ours.update('ours', (now) => ({ n: (now?.n ?? 0) + 1 }));
  expect((await ours.get('ours'))?.value).toEqual({ n: 10 });
});

async function incrementNaively(broker: Broker, subject: string): Promise<void> {
  for (;;) {
    const now = await broker.last('KV_trap_numbers', subject, { fresh: true });
    const n = now === undefined ? 0 : JSON.parse(new TextDecoder().decode(now.body)).n;
    const body = new TextEncoder().encode(JSON.stringify({ n: n + 1 }));
    if ((await broker.write(subject, body, { expect: now?.seq ?? 0 })).ok) return;
  }
}
