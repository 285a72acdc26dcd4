import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Balance } from './balance.ts';
import type { InstanceLoad } from './instance-load.ts';

/** A balance whose draws are spelled out. */
const drawing = (...draws: number[]) => new Balance({ next: () => draws.shift() ?? 0 });
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

test('mesh.G18: the faster of a and b, the known one rather than the new one, until age and load change the scores', () => {
  const now = 100_000;
  const balance = drawing(0, 0, 0, 0.9, 0.5, 0.9);
  const a = balance.joined('a', 0);
  const b = balance.joined('b', 0);
  const c = balance.joined('c', now);
  const all = [a, b, c];
  balance.sample(a, 10, now);
  balance.sample(b, 40, now);
  for (let i = 0; i < 3; i++) balance.sent(a);
  balance.report(a, { inFlight: 5, limit: 20 }, now);
  expect(all.map((one) => rounded(balance.score(one, now), 9))).toEqual([50, 40, 300]);
  const picked = () => ['a', 'b', 'c'][balance.pick(all, now)];
  expect([picked(), picked(), picked()]).toEqual(['b', 'a', 'b']);
  expect(rounded(balance.score(c, now + 15_000), 1)).toBe(54.5);
  balance.refused(a, now);
  expect(balance.score(a, now)).toBe(80);
});

test('mesh.G19: a slow sample counts at once, a fast one by its share, and a peak fades to what the unknown get', () => {
  const balance = drawing();
  const one = balance.joined('one', 0);
  balance.sample(balance.joined('other', 0), 30, 0);
  balance.sample(one, 100, 0);
  balance.sample(one, 20, 10_000);
  expect(rounded(one.ewmaMs, 2)).toBe(49.43);
  balance.sample(one, 80, 10_000);
  expect(one.ewmaMs).toBe(80);
  expect(rounded(balance.ewmaMs(one, 20_000), 2)).toBe(48.39);
});

test('a newcomer among slow ones counts as the best of them, not as faster than all', () => {
  const balance = drawing();
  const slow = [balance.joined('a', 0), balance.joined('b', 0)];
  for (const [i, one] of slow.entries()) balance.sample(one, 5_000 + i, 0);
  expect(balance.ewmaMs(balance.joined('new', 0), 0)).toBe(5_000);
  for (const one of slow) balance.left(one);
  expect(balance.ewmaMs(balance.joined('first again', 0), 0)).toBe(30);
});

test('the lowest estimate follows its owner up', () => {
  const balance = drawing();
  const [a, b, c] = ['a', 'b', 'c'].map((id) => balance.joined(id, 0));
  if (!a || !b || !c) throw new Error('three joined');
  balance.sample(a, 100, 0);
  balance.sample(b, 200, 0);
  expect(balance.ewmaMs(c, 0)).toBe(100);
  balance.sample(a, 300, 0);
  expect(balance.ewmaMs(c, 0)).toBe(200);
});

test('a report counts for fifteen seconds', () => {
  const balance = drawing();
  const one = balance.joined('one', -60_000);
  balance.report(one, { inFlight: 10, limit: 10 }, 0);
  expect([14_999, 15_000].map((now) => balance.score(one, now))).toEqual([60, 30]);
});

test('calls that end twice do not make an instance look idler than idle', () => {
  const balance = drawing();
  const one = balance.joined('one', 0);
  balance.sent(one);
  for (let i = 0; i < 3; i++) balance.done(one);
  expect(one.own).toBe(0);
});

test('two different candidates are drawn, whatever the draws; of equal ones the first drawn is taken', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), unit, unit, (n, r1, r2) => {
      const balance = drawing(r1, r2);
      const all = Array.from({ length: n }, (_, i) => balance.joined(`${i}`, 0));
      expect(balance.pick(all, 0)).toBe(n === 1 ? 0 : Math.floor(r1 * n));
    }),
  );
  expect(drawing().pick([], 0)).toBe(-1);
});

test('one of two that is slower is never picked', () => {
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(unit, unit, (r1, r2) => {
      const balance = drawing(r1, r2);
      const all = [balance.joined('slow', 0), balance.joined('fast', 0)];
      for (const one of all) balance.sample(one, one.id === 'slow' ? 500 : 50, 0);
      expect(balance.pick(all, 0)).toBe(1);
    }),
  );
});

test('mesh.S26: scores are finite and positive, whatever is sampled and reported', () => {
  const number = fc.oneof(fc.double(), fc.nat(5_000), fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY));
  const step = fc.record({
    kind: fc.constantFrom('sample', 'report', 'refused', 'sent', 'done'),
    wait: fc.nat(20_000),
    x: number,
    y: number,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (script) => {
      const balance = drawing();
      const one: InstanceLoad = balance.joined('one', 0);
      let now = 0;
      for (const { kind, wait, x, y } of script) {
        now += wait;
        if (kind === 'sample') balance.sample(one, x, now);
        else if (kind === 'report') balance.report(one, { inFlight: x, limit: y }, now);
        else balance[kind](one, now);
        const score = balance.score(one, now);
        expect(Number.isFinite(score) && score > 0).toBe(true);
      }
    }),
  );
});
