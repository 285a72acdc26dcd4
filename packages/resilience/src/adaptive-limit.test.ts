import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';

/** A limit that is fed whole windows: fifty equal samples over a second. */
function windowed(limit = new AdaptiveLimit()) {
  let now = 0;
  const window = (p90Ms: number, inFlight = limit.exact): number => {
    for (let i = 0; i < 50; i++) limit.sample(p90Ms, inFlight, i === 49 ? now + 1_000 : now);
    now += 1_001;
    return limit.exact;
  };
  return { limit, window };
}
const rounded = (digits: number) => (value: number) => Number(value.toFixed(digits));

test('mesh.G13: grows by 0.8, falls by a tenth less the queue, rests when idle, settles at 2', () => {
  const { limit, window } = windowed();
  const grown = Array.from({ length: 10 }, () => window(100));
  expect([grown[0], grown[1], grown[9]].map((value) => rounded(9)(value ?? 0))).toEqual([20.8, 21.6, 28]);

  const falling = Array.from({ length: 4 }, () => ({ exact: window(400), longMs: limit.longMs }));
  expect(falling.map(({ longMs }) => rounded(2)(longMs))).toEqual([101, 101.99, 102.99, 103.97]);
  expect(falling.map(({ exact }) => rounded(9)(exact))).toEqual([26, 24.2, 22.58, 21.122]);

  expect(rounded(9)(window(400, 5))).toBe(21.122);
  expect(rounded(9)(window(150))).toBe(21.922);
  for (let i = 0; i < 200; i++) window(1_000 * 2 ** Math.min(i, 900));
  expect(rounded(6)(limit.exact)).toBe(2);
});

test('mesh.S21, mesh.S22: 1 ≤ L ≤ 200, a window raises it by 0.8 and lowers it by a tenth at most, and idleness never raises it', () => {
  const windows = fc.array(
    fc.record({ p90Ms: fc.integer({ min: 0, max: 60_000 }), share: fc.double({ min: 0, max: 2, noNaN: true }) }),
    {
      maxLength: 60,
    },
  );
  const initial = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(initial, windows, (start, script) => {
      const { limit, window } = windowed(new AdaptiveLimit({ initial: start, most: 200 }));
      for (const { p90Ms, share } of script) {
        const before = limit.exact;
        const after = window(p90Ms, share * before);
        expect(after).toBeGreaterThanOrEqual(Math.max(1, 0.9 * before));
        expect(after).toBeLessThanOrEqual(Math.min(200, before + 0.8 + 1e-9));
        if (share < 0.5) expect(after).toBe(before);
      }
    }),
  );
});

test('a long-term mean far above what is measured comes down faster', () => {
  const { limit, window } = windowed();
  for (let i = 0; i < 10; i++) window(1_000);
  window(100);
  const long = 1_000 - (900 * 2) / 601;
  expect(limit.longMs).toBeCloseTo(0.95 * long, 6);
});

test('a sample tells when the number of slots changed', () => {
  const limit = new AdaptiveLimit();
  const changes = (now: number) =>
    Array.from({ length: 50 }, (_, i) => limit.sample(10, 20, i === 49 ? now + 1_000 : now)).filter(Boolean).length;
  expect([changes(0), limit.slots, changes(1_001), limit.slots]).toEqual([0, 20, 1, 21]);
});

test('most in flight is also seen by ends that are no samples', () => {
  const { limit, window } = windowed();
  limit.seen(20);
  expect(window(100, 1)).toBeCloseTo(20.8, 9);
  expect(window(100, 1)).toBeCloseTo(20.8, 9);
  expect(limit.slots).toBe(20);
});

test('a fixed limit never moves', () => {
  const { limit, window } = windowed(new AdaptiveLimit({ fixed: 5 }));
  for (let i = 0; i < 20; i++) window(100 * (i + 1));
  expect([limit.slots, limit.exact]).toEqual([5, 5]);
});
