import { expect, test } from 'vitest';
import { type Trouble, Troubles } from './troubles.ts';

test('a trouble has been there since it was first seen, and anew when it came back', () => {
  let now = Date.parse('2026-11-22T00:00:00Z');
  let seen: Trouble[] = [{ what: 'state', effect: 'x' }];
  const troubles = new Troubles(
    () => seen,
    () => now,
  );
  const since = () => troubles.now().map((one) => one.since.slice(14, 19));
  expect(since()).toEqual(['00:00']);
  now += 5000;
  expect(since()).toEqual(['00:00']);
  seen = [];
  expect(since()).toEqual([]);
  seen = [{ what: 'state', effect: 'x' }];
  expect(since()).toEqual(['00:05']);
});
