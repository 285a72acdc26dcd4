import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CubicRate } from './cubic-rate.ts';
import { Tokens } from './tokens.ts';

test('mesh.G15: five at once, then one each tenth of a second, sixty in a minute, the next when the oldest return', () => {
  const tokens = new Tokens();
  const go = (at: number) => tokens.ask(at) > 0;
  expect([1, 2, 3, 4, 5, 6].map(() => go(0))).toEqual([true, true, true, true, true, false]);
  expect(tokens.retryAfterMs(0)).toBe(100);
  for (let at = 100; at <= 5_500; at += 100) expect(go(at)).toBe(true);
  expect(go(5_600)).toBe(false);
  expect(tokens.retryAfterMs(5_600)).toBe(55_400);
  expect(go(60_999)).toBe(false);
  expect(go(61_000)).toBe(true);
});

test('mesh.G16: a 429 at 10/s makes 7, a second later 9.649, and 10 again after 1.957 s', () => {
  const rate = new CubicRate(10);
  const at = (ms: number) => Number(rate.at(ms).toFixed(3));
  rate.cut(5_000);
  expect([at(5_000), at(6_000), at(6_957), at(60_000)]).toEqual([7, 9.649, 10, 10]);
});

test('a second cut starts from the rate that was refused, and the way back beyond it leads to the configured rate', () => {
  const rate = new CubicRate(10);
  rate.cut(0);
  rate.cut(0);
  expect(rate.at(0)).toBeCloseTo(4.9, 9);
  expect(rate.at(1_738)).toBeCloseTo(7, 3);
  expect(rate.at(10_000)).toBe(10);
});

test('what a rate gives is its integral, however it is cut into steps, and it never exceeds the configured rate', () => {
  const waits = fc.array(fc.record({ wait: fc.integer({ min: 1, max: 2_000 }), cut: fc.boolean() }), { maxLength: 20 });
  fc.assert(
    fc.property(waits, (steps) => {
      const rate = new CubicRate(10);
      let now = 0;
      for (const { wait, cut } of steps) {
        if (cut) rate.cut(now);
        const half = now + wait / 2;
        const whole = rate.between(now, now + wait);
        expect(rate.between(now, half) + rate.between(half, now + wait)).toBeCloseTo(whole, 6);
        expect(whole).toBeGreaterThanOrEqual(((rate.at(now) * wait) / 1_000) * 0.999_999);
        expect(rate.at(now + wait)).toBeLessThanOrEqual(10);
        expect(rate.at(now + wait)).toBeGreaterThanOrEqual(rate.at(now) - 1e-9);
        now += wait;
      }
    }),
  );
});

test('mesh.S24: at most 5 + 10·T in T seconds and 60 in any 60 s', () => {
  const script = fc.array(
    fc.record({ wait: fc.oneof(fc.nat(30), fc.nat(3_000)), asks: fc.nat(12), limited: fc.nat(9) }),
    { maxLength: 100 },
  );
  fc.assert(
    fc.property(script, (steps) => {
      const tokens = new Tokens();
      const given: number[] = [];
      let now = 0;
      for (const { wait, asks, limited } of steps) {
        now += wait;
        if (limited === 0) tokens.limited(now);
        for (let i = 0; i < asks; i++) if (tokens.ask(now) > 0) given.push(now);
      }
      for (const [i, from] of given.entries()) {
        expect(given.slice(i).filter((at) => at < from + 60_000).length).toBeLessThanOrEqual(60);
        for (const [n, at] of given.slice(i).entries()) expect(n + 1).toBeLessThanOrEqual(5 + (at - from) / 100 + 1e-6);
      }
    }),
  );
});

test('mesh.S3, mesh.S4: a token that was never used comes back, once', () => {
  const tokens = new Tokens();
  const permits = [1, 2, 3, 4, 5].map(() => tokens.ask(0));
  const [unused = 0, used = 0] = permits;
  tokens.settle(used, 'answer', 0);
  tokens.settle(used, 'void', 0);
  expect(tokens.status(0)).toMatchObject({ level: 0, spentInMinute: 5 });
  for (let i = 0; i < 3; i++) tokens.settle(unused, 'void', 0);
  tokens.settle(99, 'void', 0);
  tokens.settle(0, 'void', 0);
  expect(tokens.status(0)).toMatchObject({ level: 1, spentInMinute: 4 });
  expect(tokens.ask(0)).toBeGreaterThan(0);
  expect(tokens.ask(0)).toBe(0);
});

test('after a 429 the wait for a token is longer', () => {
  const tokens = new Tokens({ burst: 1, perSecond: 10, perMinute: 1_000 });
  tokens.ask(0);
  tokens.limited(0);
  expect(tokens.retryAfterMs(0)).toBe(143);
  expect(tokens.status(0).perSecond).toBeCloseTo(7, 9);
});
