import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBehind, settle } from './settle.ts';

const REMEMBERS = 8;
const now = (rev: number, writes: readonly string[]) => ({
  rev,
  writes: writes.slice(-REMEMBERS),
  remembers: REMEMBERS,
});

test.each([
  ['its own id is there', ['a', 'b', 'me', 'c'], 9, 'written'],
  ['nothing was written since', ['a', 'b'], 5, 'unchanged'],
  ['others wrote, the last known write still shows', ['a', 'b', 'c'], 7, 'lost'],
  ['others wrote so much that its trace may be gone', ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'], 20, 'unknown'],
])('%s', (_when, writes, rev, verdict) => {
  expect(settle('me', { rev: 5, writes: ['a', 'b'] }, now(rev, writes))).toBe(verdict);
});

test('S9: it never says "lost" of a write that was made, nor "written" of one that was not', () => {
  const made = fc.record({ before: fc.nat(12), mine: fc.boolean(), place: fc.nat(20), after: fc.nat(20) });
  fc.assert(
    fc.property(made, ({ before, mine, place, after }) => {
      const earlier = Array.from({ length: before }, (_, i) => `e${i}`);
      const later = Array.from({ length: after }, (_, i) => `l${i}`);
      const all = mine ? [...earlier, ...later.slice(0, place), 'me', ...later.slice(place)] : [...earlier, ...later];
      const known = { rev: before, writes: earlier.slice(-REMEMBERS) };
      const verdict = settle('me', known, now(all.length, all));
      if (mine) expect(['written', 'unknown']).toContain(verdict);
      else expect(['unchanged', 'lost', 'unknown']).toContain(verdict);
    }),
  );
});

test.each([
  ['an older revision', { rev: 7, value: {}, ttlMs: undefined }, 6, true],
  ['the same revision', { rev: 7, value: {}, ttlMs: undefined }, 7, false],
  ['nothing, where nothing expires', { rev: 7, value: {}, ttlMs: undefined }, 0, true],
  ['nothing, where values expire', { rev: 7, value: {}, ttlMs: 1_000 }, 0, false],
  ['nothing after a marker, which goes by itself', { rev: 7, value: undefined, ttlMs: undefined }, 0, false],
])('a read that shows %s may be behind', (_what, before, rev, behind) => {
  expect(isBehind({ before, ttlMs: undefined }, { rev })).toBe(behind);
});
