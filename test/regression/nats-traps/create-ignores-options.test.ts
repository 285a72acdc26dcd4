import { bucketAsset } from '@seedcore/store';
import { expect, test } from 'vitest';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('the library opens an existing bucket and ignores the options; provisioning applies them and says so', async () => {
  await bed.kvm.create('trap_kept', { history: 1 });
  await bed.kvm.create('trap_kept', { history: 5 });
  expect((await bed.manager.streams.info('KV_trap_kept')).config.max_msgs_per_subject).toBe(1);

  await bed.store.provision([bucketAsset('made', 'First.')]);
  const [, change] = await bed.store.provision([bucketAsset('made', 'Second.', { history: 5 })]);
  expect(change).toEqual({ asset: 'KV_trap_made', change: 'updated', detail: 'description, max_msgs_per_subject' });
  expect((await bed.manager.streams.info('KV_trap_made')).config.max_msgs_per_subject).toBe(5);
});
