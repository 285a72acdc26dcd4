import { expect, test } from 'vitest';
import { costOf, judgeMeasured, roiOf } from './return-on-energy.ts';

test.each([
  ['split', 0.01],
  ['merge', 0.005],
  ['clone', 0.015],
  ['retire', 0.002],
] as const)('a %s costs %d of energy', (op, cost) => {
  expect(costOf(op).cost_e).toBeCloseTo(cost, 12);
});

test('the return is the gain by the cost; nothing gained is 0 and not -0', () => {
  expect(roiOf(-0.002, 0.01)).toBeCloseTo(0.2, 12);
  expect(roiOf(0.002, 0.01)).toBeCloseTo(-0.2, 12);
  expect(roiOf(0, 0.01)).toBe(0);
});

test.each([
  ['a gain that is enough', -0.0021, false, true],
  ['a gain that is not', -0.0019, false, false],
  ['a loss', 0.01, true, false],
  ['nothing measured', undefined, false, false],
  ['nothing measured where that will do', undefined, true, true],
])('%s', (_, measured, keep_if_unmeasured, keep) => {
  expect(judgeMeasured(measured, { cost_e: 0.01, min_roi: 0.2, keep_if_unmeasured }).keep).toBe(keep);
});
