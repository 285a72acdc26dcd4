import { expect, test } from 'vitest';
import { judgeMutation, type MutationSignals } from './mutation-rules.ts';

const GOOD: MutationSignals = { mode: 'NORMAL', deltaE: -0.05, proposed: 'submit_retrain' };
const ruleOf = (signals: Partial<MutationSignals>) => judgeMutation({ ...GOOD, ...signals });

test('a proposal with a measured gain in normal mode stands', () => {
  expect(ruleOf({})).toEqual({ rule: 'retrain', action: 'submit_retrain' });
  expect(ruleOf({ proposed: 'submit_tuning' })).toEqual({ rule: 'tune', action: 'submit_tuning' });
});

test.each([undefined, 'DEGRADED', 'RECOVERY', 'EMERGENCY'])('mode %s holds', (mode) => {
  expect(ruleOf({ mode })).toEqual({ rule: 'mode-not-normal', action: 'hold' });
});

test('without a measured change of energy nothing is recommended', () => {
  expect(ruleOf({ deltaE: undefined })).toEqual({ rule: 'no-measured-energy', action: 'hold' });
});

test('a gain below the bound, or no proposal, holds', () => {
  expect(ruleOf({ deltaE: -0.02 })).toEqual({ rule: 'otherwise', action: 'hold' });
  expect(ruleOf({ proposed: undefined })).toEqual({ rule: 'otherwise', action: 'hold' });
  expect(ruleOf({ proposed: 'ignore' })).toEqual({ rule: 'otherwise', action: 'hold' });
});
