import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenState } from '../testing/golden-state.ts';
import { agentShares } from './agent-shares.ts';
import { energyTerms } from './energy-terms.ts';
import type { OrganismState } from './organism-state.ts';
import { roleEntropy } from './role-row.ts';
import { knownTotal, knownValue, totalOf } from './term.ts';
import { defaultWeights } from './weights.ts';

const close = (value: number) => expect.closeTo(value, 8);

test('the worked example has the terms and the total worked out by hand', () => {
  const terms = energyTerms(goldenState, defaultWeights);
  expect(terms).toEqual({
    pair: { known: true, value: close(-0.6), coverage: 1 },
    hyper: { known: true, value: close(-0.15), coverage: 1 },
    entropy: { known: true, value: close(-0.21383331), coverage: 1 },
    reg: { known: true, value: close(0.02), coverage: 1 },
    mem: { known: true, value: close(0.01), coverage: 1 },
    drift: { known: true, value: close(0.01), coverage: 1 },
    anomaly: { known: true, value: 0, coverage: 1 },
  });
  expect(totalOf(terms)).toBeCloseTo(-0.92383331, 8);
});

test('the entropy of its role shares is in the tables', () => {
  expect(roleEntropy([0.5, 0.25, 0.25])).toBeCloseTo(1.03972077, 8);
  expect(roleEntropy([1, 1, 1])).toBeCloseTo(1.09861229, 8);
});

test('with the second vector unknown there is no pair term and no total', () => {
  const [first, second] = goldenState.agents;
  if (!first || !second) throw new Error('the example has two agents');
  const terms = energyTerms({ ...goldenState, agents: [first, { ...second, h: undefined }] }, defaultWeights);
  expect(terms.pair).toEqual({ known: false });
  expect(terms.reg).toEqual({ known: true, value: close(0.01), coverage: 0.5 });
  expect(totalOf(terms)).toBeUndefined();
  expect(knownTotal(terms)).toBeCloseTo(-0.33383331, 8);
});

test('nothing known is no number at all', () => {
  const agents = [{ id: 'a', h: undefined, p: undefined }];
  const nothing = {
    agents,
    pairs: undefined,
    patterns: undefined,
    memory: undefined,
    drift: undefined,
    anomaly: undefined,
  };
  expect(Object.values(energyTerms(nothing, defaultWeights))).toEqual(new Array(7).fill({ known: false }));
});

test('nobody having worked together is known to be 0', () => {
  const agents = [{ id: 'a', h: undefined, p: undefined }];
  expect(energyTerms({ ...goldenState, agents, pairs: [] }, defaultWeights).pair).toEqual({
    known: true,
    value: 0,
    coverage: 1,
  });
});

test('each of two agents has half of their pair', () => {
  expect(agentShares(goldenState, defaultWeights).map(({ pair }) => knownValue(pair, undefined))).toEqual([
    close(-0.3),
    close(-0.3),
  ]);
});

test('the shares of the agents add up to what is attributable, whatever is unknown', () => {
  fc.assert(
    fc.property(states, (state) => {
      const terms = energyTerms(state, defaultWeights);
      const shares = agentShares(state, defaultWeights);
      for (const name of ['pair', 'entropy', 'reg'] as const) {
        const sum = shares.reduce((total, share) => total + knownValue(share[name], 0), 0);
        expect(sum).toBeCloseTo(knownValue(terms[name], 0), 9);
      }
    }),
  );
});

const number = fc.double({ min: -3, max: 3, noNaN: true });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const states: fc.Arbitrary<OrganismState> = fc.integer({ min: 1, max: 4 }).chain((length) =>
  fc.record({
    agents: fc.array(
      fc.record({
        id: fc.constant('a'),
        h: maybe(fc.array(number, { minLength: length, maxLength: length })),
        p: maybe(fc.tuple(share, share, share)),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    pairs: fc.constant([
      { from: 0, to: 1, w: 0.5 },
      { from: 2, to: 1, w: -0.25 },
      { from: 1, to: 2, w: 0.75 },
    ]),
    patterns: maybe(fc.array(share)),
    memory: fc.constant(undefined),
    drift: maybe(share),
    anomaly: maybe(share),
  }),
);
