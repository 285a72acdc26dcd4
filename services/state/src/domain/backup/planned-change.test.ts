import { expect, test } from 'vitest';
import { epochOf, leftToLiveMs } from './kept-record.ts';
import { plannedChange } from './planned-change.ts';

const record = (rev: number, value: unknown, ttlMs?: number) => ({
  ...{ key: 'a', rev, at: new Date(1000), ttlMs },
  body: new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
});
const old = record(3, { updated_at: '2026-11-22T00:00:00Z' });
const newer = record(9, { updated_at: '2026-11-22T00:00:01Z' });
const ageless = record(5, { n: 1 });

test('replace makes it as it was, over what was seen', () => {
  expect(plannedChange('replace', newer, old)).toEqual({ kind: 'write', over: 3 });
  expect(plannedChange('replace', old, newer)).toEqual({ kind: 'write', over: 9 });
  expect(plannedChange('replace', old, undefined)).toEqual({ kind: 'write', over: 0 });
  expect(plannedChange('replace', undefined, newer)).toEqual({ kind: 'remove', over: 9 });
  expect(plannedChange('replace', old, { ...old, rev: 12 })).toEqual({ kind: 'same' });
});

test('merge writes what is absent or older, and leaves alone what is as new or tells no age', () => {
  expect(plannedChange('merge', newer, old)).toEqual({ kind: 'write', over: 3 });
  expect(plannedChange('merge', old, newer)).toEqual({ kind: 'keep' });
  expect(plannedChange('merge', old, undefined)).toEqual({ kind: 'write', over: 0 });
  expect(plannedChange('merge', undefined, newer)).toEqual({ kind: 'none' });
  expect(plannedChange('merge', ageless, old)).toEqual({ kind: 'keep' });
  expect(plannedChange('merge', newer, record(1, 'rot'))).toEqual({ kind: 'keep' });
});

test('epochs are read where there are any, and lives end when their time is over', () => {
  expect([epochOf(record(1, { epoch: 7 })), epochOf(ageless), epochOf(record(1, 'rot'))]).toEqual([7, 0, 0]);
  const mortal = record(1, {}, 60_000);
  expect([leftToLiveMs(old, 0), leftToLiveMs(mortal, 11_000), leftToLiveMs(mortal, 99_000)]).toEqual([
    undefined,
    50_000,
    0,
  ]);
});
