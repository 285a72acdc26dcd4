import { expect, test } from 'vitest';
import type { Write } from './store-history.ts';
import { unseenRevisions } from './store-revisions.ts';

const value = (key: string, rev: number, expected?: number): Write => ({
  key,
  rev,
  kind: 'value',
  ...(expected === undefined ? {} : { expect: expected }),
});

test('writes that name what was there are in order, also after an expiry and a removal', () => {
  const log: Write[] = [
    value('a', 1, 0),
    value('b', 2, 0),
    value('a', 3, 1),
    { key: 'a', rev: 4, kind: 'expiry' },
    value('a', 5, 0),
    { key: 'a', rev: 6, kind: 'removal', expect: 5 },
    value('a', 7, 6),
  ];
  expect(unseenRevisions(log)).toEqual([]);
});

test.each([
  ['a write that names nothing', [value('a', 1, 0), value('a', 2)]],
  ['a write over a revision nobody saw', [value('a', 1, 0), value('a', 2, 1), value('a', 3, 1)]],
  ['a creation over a value', [value('a', 1, 0), value('a', 2, 0)]],
  ['revisions that go back', [value('a', 2, 0), value('b', 1, 0)]],
])('%s is found', (_what, log) => {
  expect(unseenRevisions(log)).toHaveLength(1);
});
