import { AckPolicy } from '@nats-io/jetstream';
import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { numbers, storeBed } from './store-bed.ts';

const bed = storeBed();

test('a stream takes a thousand consumers unless told otherwise; ours are told, and watches of a process share one', async () => {
  await bed.manager.streams.add({ name: 'BARE', subjects: ['bare.>'] });
  expect(await consumersTaken('BARE')).toBe(1000);

  await bed.store.provision([bucketAsset('numbers', 'Numbers.')]);
  const ours = bed.store.bucket(numbers);
  const watches = Array.from({ length: 50 }, () => ours.watch('', () => undefined));
  await Promise.all(watches.map((watch) => watch.ready));
  expect((await bed.manager.streams.info('KV_trap_numbers')).state.consumer_count).toBe(1);
  for (const watch of watches) watch.stop();
  expect(await consumersTaken('KV_trap_numbers')).toBe(1005);
});

/** How many of 1,005 consumers a stream takes. */
async function consumersTaken(stream: string): Promise<number> {
  let taken = 0;
  for (let i = 0; i < 1005; i++) {
    const config = {
      name: `c${i}`,
      ack_policy: AckPolicy.None,
      mem_storage: true,
      inactive_threshold: 600_000_000_000,
    };
    try {
      await bed.manager.consumers.add(stream, config);
      taken += 1;
    } catch {
      break; // refused: that is what is counted
    }
  }
  return taken;
}
