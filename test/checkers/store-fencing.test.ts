import { expect, test } from 'vitest';
import { unfencedEffects } from './store-fencing.ts';

test('the newest epoch of each key is taken, an older one refused', () => {
  const effects = [
    { key: 'a', epoch: 1, taken: true },
    { key: 'a', epoch: 5, taken: true },
    { key: 'b', epoch: 2, taken: true },
    { key: 'a', epoch: 1, taken: false },
    { key: 'a', epoch: 5, taken: true },
  ];
  expect(unfencedEffects(effects)).toEqual([]);
});

test.each([
  ['an old epoch that is taken', { key: 'a', epoch: 1, taken: true }],
  ['the newest epoch refused', { key: 'a', epoch: 5, taken: false }],
])('%s is found', (_what, effect) => {
  expect(unfencedEffects([{ key: 'a', epoch: 5, taken: true }, effect])).toHaveLength(1);
});
