import { describe, expect, test } from 'vitest';
import { diagnose, limitsAt, PAD_LIMITS } from './pad-limits.ts';

describe('organism.A7, the limits', () => {
  test.each([
    [0, 0, 1, 0],
    [5, 0.2 / 6, 1 - 0.2 / 6, 0.05],
    [10, 0.2 / 3, 1 - 0.2 / 3, 0.1],
    [20, 0.4 / 3, 1 - 0.4 / 3, 0.2],
    [30, 0.2, 0.8, 0.3],
    [3600, 0.2, 0.8, 0.3],
  ])('at %d s they are %f, %f, %f', (seconds, p, a, d) => {
    const at = limitsAt(PAD_LIMITS, seconds * 1000);
    expect(Math.abs(at.p - p) + Math.abs(at.a - a) + Math.abs(at.d - d)).toBeLessThan(1e-9);
  });

  test('those of an organ rise in the same way', () => {
    expect(limitsAt({ p: 0.4, a: 0.5, d: 0.1 }, 15_000)).toEqual({ p: 0.2, a: 0.75, d: 0.05 });
  });

  test('P = 0.2, A = 0.8 and D = 0.3 exactly have reached them, and say which', () => {
    const limits = limitsAt(PAD_LIMITS, 30_000);
    expect(diagnose({ p: 0.2, a: 0, d: 1 }, limits)).toBe('divergence');
    expect(diagnose({ p: 1, a: 0.8, d: 1 }, limits)).toBe('stall');
    expect(diagnose({ p: 1, a: 0, d: 0.3 }, limits)).toBe('uncertainty');
    expect(diagnose({ p: 0.2, a: 0.8, d: 0.3 }, limits)).toBe('divergence');
    expect(diagnose({ p: 0.201, a: 0.799, d: 0.301 }, limits)).toBeUndefined();
  });
});
