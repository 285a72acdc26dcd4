import { expect, test } from 'vitest';
import { itemKey, storeOf } from './item-key.ts';

test.each([
  [{ store: 'mw', scope: 'global', key: 'plan-7' }, 'w.mw.global.k.plan-7'],
  [{ store: 'mw', scope: 'agent:a1', key: 'plan' }, 'w.mw.agent.a1.k.plan'],
  [{ store: 'mw', scope: 'organ:utility', key: 'plan' }, 'w.mw.organ.utility.k.plan'],
  // printf weather:oslo | sha256sum
  [
    { store: 'shared_cache', scope: 'global', key: 'weather:oslo' },
    'w.shared_cache.global.h.55806a7ce0842491722aae808959d881',
  ],
] as const)('%o is kept under %s', (name, key) => {
  expect(itemKey(name)).toBe(key);
  expect(storeOf(key)).toBe(name.store);
});

test('whatever a key contains, it stays one of its own', () => {
  const keys = ['a.b', 'a b', '*', '>', 'a\nb', 'é', ' ', 'x'.repeat(65), '55806a7ce0842491722aae808959d881'];
  const kept = keys.map((key) => itemKey({ store: 'mw', scope: 'global', key }));
  expect(new Set(kept).size).toBe(keys.length);
  for (const one of kept) expect(one).toMatch(/^w\.mw\.global\.[kh]\.[A-Za-z0-9_-]{1,64}$/);
});
