import { isMeshErrorCode, type MeshErrorCode, meshErrors } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { answerOutcome, errorOutcome } from './outcome.ts';

const END = { elapsedMs: 10, budgetMs: 1_000, p90Ms: 100, deadlineMs: 5_000 };
const codes = Object.keys(meshErrors).filter(isMeshErrorCode);
const withOutcome = (wanted: string): MeshErrorCode[] =>
  codes.filter((code) => errorOutcome({ code, sent: true }, END) === wanted);

test('each code counts as the table of the mesh page says', () => {
  expect(withOutcome('hard')).toEqual(['timeout', 'deadline_exceeded', 'internal', 'bad_reply']);
  expect(withOutcome('soft')).toEqual(['no_responder', 'overloaded', 'rate_limited', 'draining', 'unavailable']);
  expect(withOutcome('void')).toHaveLength(codes.length - 9);
});

test('an answer is slow beyond nine tenths of its budget', () => {
  expect(answerOutcome({ ...END, elapsedMs: 900 })).toBe('answer');
  expect(answerOutcome({ ...END, elapsedMs: 901 })).toBe('slow');
});

test.each(codes)('mesh.S4: %s that was never sent accuses nobody', (code) => {
  expect(errorOutcome({ code, sent: false }, END)).toBe('void');
});

test('mesh.S5: a timeout of an attempt that got less than the p90 is void', () => {
  const timeout = { code: 'timeout', sent: true } as const;
  expect(errorOutcome(timeout, { ...END, budgetMs: 99 })).toBe('void');
  expect(errorOutcome(timeout, { ...END, budgetMs: 100 })).toBe('hard');
  expect(errorOutcome(timeout, { ...END, p90Ms: undefined, budgetMs: 2_499 })).toBe('void');
  expect(errorOutcome(timeout, { ...END, p90Ms: undefined, budgetMs: 2_500 })).toBe('hard');
});
