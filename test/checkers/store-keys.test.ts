import { expect, test } from 'vitest';
import { strayKeys } from './store-keys.ts';

const at = (key: string) => [{ key, rev: 1, kind: 'removal', expect: 0 } as const];

test('tokens joined by dots are keys', () => {
  expect(strayKeys(at('t.a-b_9'))).toEqual([]);
});

test.each(['>', '*', 'a.>', 'a..b', '', 'a b', 'ä'])('%j is found', (key) => {
  expect(strayKeys(at(key))).toHaveLength(1);
});
