import { expect, test } from 'vitest';
import { hiddenWrites } from './store-hidden.ts';

test('counts what was refused or not answered, and is there', () => {
  const log = [
    { key: 'k', rev: 1, kind: 'value', writeId: 'a' },
    { key: 'k', rev: 2, kind: 'value', writeId: 'b' },
  ] as const;
  const attempts = [
    { process: 'p', writeId: 'a', answer: 'refused' },
    { process: 'p', writeId: 'b', answer: 'none' },
    { process: 'p', writeId: 'b', answer: 'ok' },
    { process: 'p', writeId: 'c', answer: 'refused' },
    { process: 'p', writeId: 'd', answer: 'none' },
  ] as const;
  expect(hiddenWrites(attempts, log)).toEqual({ refused: 1, none: 1 });
});
