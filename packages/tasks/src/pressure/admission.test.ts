import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusalOf, storageShare } from './admission.ts';

const GIB = 1024 ** 3;

test.each([
  ['low', 10_000, 0.8],
  ['normal', 20_000, 0.85],
  ['high', 40_000, 0.9],
  ['critical', Number.POSITIVE_INFINITY, 0.95],
] as const)('%s is taken up to %d waiting and %d of the storage', (priority, waiting, storage) => {
  expect(refusalOf(priority, { waiting, storage })).toBeUndefined();
  expect(refusalOf(priority, { waiting, storage: storage + 0.001 })).toMatchObject({ reason: 'storage_low' });
  const one = refusalOf(priority, { waiting: waiting + 1, storage: 0 });
  expect(one?.reason).toBe(priority === 'critical' ? undefined : 'queue_full');
});

test('whoever is refused is told when to ask again, and nobody is refused before one who is less urgent', () => {
  const order = ['low', 'normal', 'high', 'critical'] as const;
  fc.assert(
    fc.property(fc.nat(100_000), fc.double({ min: 0, max: 1, noNaN: true }), (waiting, storage) => {
      const refused = order.map((priority) => refusalOf(priority, { waiting, storage }));
      const taken = refused.map((one) => one === undefined);
      expect(taken).toEqual([...taken].sort((a, b) => Number(a) - Number(b)));
      for (const one of refused) if (one !== undefined) expect(one.retryAfterMs).toBeGreaterThan(0);
    }),
  );
});

test.each([
  ['as it is', { usedBytes: GIB / 2, limitBytes: GIB }, { state: 'held' }, 0.5],
  ['with the ballast that is missing', { usedBytes: GIB / 2, limitBytes: GIB }, freed(), 0.52],
  ['never more than all', { usedBytes: GIB, limitBytes: GIB }, freed(), 1],
  ['unknown without a limit', { usedBytes: GIB, limitBytes: undefined }, { state: 'held' }, 0],
  ['all without a limit and without ballast', { usedBytes: GIB, limitBytes: undefined }, freed(), 1],
] as const)('the share taken: %s', (_name, use, ballast, share) => {
  expect(storageShare(use, ballast)).toBeCloseTo(share, 6);
});

function freed() {
  return { state: 'freed', atMs: 0, fullAtBytes: GIB } as const;
}
