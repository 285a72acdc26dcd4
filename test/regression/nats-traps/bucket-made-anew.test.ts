import { openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { storeBed } from './store-bed.ts';

const bed = storeBed();

test('revisions of a bucket made anew begin at 1; those of ours go on from the time it was made', async () => {
  const bare = await bed.kvm.create('trap_bare');
  for (let i = 0; i < 3; i++) await bare.put('a', 'x');
  await bare.destroy();
  expect(await (await bed.kvm.create('trap_bare')).put('a', 'x')).toBe(1);

  await bed.store.provision([]);
  const first = await bed.store.lease('a');
  await bed.manager.streams.delete('KV_trap_leases');
  const anew = openStore(bed.mesh);
  await anew.provision([]);
  const second = await anew.lease('a');
  expect(second?.epoch).toBeGreaterThan(first?.epoch ?? Number.POSITIVE_INFINITY);
});
