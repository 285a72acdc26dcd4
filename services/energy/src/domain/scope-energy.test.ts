import { expect, test } from 'vitest';
import { goldenState } from '../testing/golden-state.ts';
import { agreementOf, measuredChange } from './measured-change.ts';
import { energyOf, type Sample, sampleOf } from './scope-energy.ts';
import { totalOf } from './term.ts';
import { defaultWeights } from './weights.ts';

const organs = new Map([['a1', 'left']]);
const sampleAt = (at: number, state = goldenState): Sample =>
  sampleOf({ id: `s${at}`, at, state, organs }, defaultWeights);

test('an organ has the shares of its members, and no total, because not everything can be attributed', () => {
  const left = energyOf(sampleAt(0), 'organ:left');
  expect(left?.terms).toMatchObject({
    pair: { known: true, value: expect.closeTo(-0.3, 9) },
    reg: { known: true, value: expect.closeTo(0.01, 9) },
    mem: { known: false },
  });
  expect(left && totalOf(left.terms)).toBeUndefined();
  expect(energyOf(sampleAt(0), 'agent:a1')).toEqual(left);
});

test('a scope nobody belongs to is unknown', () => {
  expect(['organ:right', 'agent:a3', 'project:x'].map((scope) => energyOf(sampleAt(0), scope))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

const calmer = { ...goldenState, drift: 0, patterns: undefined };
const window = { from: 1000, to: 61_000, basis: 'total' as const, scopes: ['organism'] };

test('a change is measured between the samples nearest to the ends, in the terms known at both', () => {
  const samples = [sampleAt(0), sampleAt(12_000, calmer), sampleAt(60_000, calmer)];
  expect(measuredChange(samples, window)).toBeCloseTo(-0.01, 9); // drift 0.2 → 0; hyper is not known at the end
  expect(measuredChange(samples, { ...window, basis: 'per_agent' })).toBeCloseTo(-0.005, 9);
});

test('by agent, scopes are measured together: agents may move among them, and a scope may come or end', () => {
  const of = (at: number, where: Readonly<Record<string, string>>) =>
    sampleOf({ id: `s${at}`, at, state: goldenState, organs: new Map(Object.entries(where)) }, defaultWeights);
  const asked = { ...window, basis: 'per_agent' as const, scopes: ['organ:left', 'organ:right'] };
  const together = of(0, { a1: 'left', a2: 'left' });
  expect(measuredChange([together, of(60_000, { a1: 'left', a2: 'right' })], asked)).toBeCloseTo(0, 12);
  const [first, both] = [energyOf(together, 'agent:a1'), energyOf(together, 'organ:left')];
  const sum = (terms = both?.terms) =>
    [terms?.pair, terms?.entropy, terms?.reg].reduce((total, term) => total + (term?.known ? term.value : 0), 0);
  const alone = measuredChange([together, of(60_000, { a1: 'right' })], asked);
  expect(alone).toBeCloseTo(sum(first?.terms) - sum() / 2, 12);
  expect(measuredChange([together, of(60_000, {})], asked)).toBeUndefined();
});

test('a sample more than 15 s from an end measures nothing, nor does one sample alone', () => {
  expect(measuredChange([sampleAt(0), sampleAt(45_000, calmer)], window)).toBeUndefined();
  expect(measuredChange([sampleAt(1000)], { ...window, to: 2000 })).toBeUndefined();
});

test.each([
  [-0.1, -0.109, 'agree'],
  [-0.1, -0.13, 'disagree'],
  [0.004, -0.004, 'agree'],
  [0.5, -0.5, 'disagree'],
  [undefined, 0, 'unknown'],
  [0, undefined, 'unknown'],
])('a claim of %d against a measured %d: %s', (reported, measured, agreement) => {
  expect(agreementOf(reported, measured)).toBe(agreement);
});
