import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goldenState } from '../testing/golden-state.ts';
import { energyGradient } from './energy-gradient.ts';
import { energyTerms } from './energy-terms.ts';
import type { OrganismState, RoleRow } from './organism-state.ts';
import { knownTotal } from './term.ts';
import { defaultWeights } from './weights.ts';

const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 8));
const energy = (state: OrganismState) => knownTotal(energyTerms(state, defaultWeights));

test('the worked example has the derivatives worked out by hand', () => {
  const gradient = energyGradient(goldenState, defaultWeights);
  expect(gradient.h).toEqual([close(-0.58, -0.8), close(-0.988, 0.016)]);
  expect(gradient.p[0]).toEqual(close(0.03068528, -0.03862944, -0.03862944));
  expect(gradient.pTangent[0]).toEqual(close(0.04620981, -0.02310491, -0.02310491));
  expect(gradient.patterns).toEqual([-0.1, -0.1]);
  expect(gradient.memory).toEqual({ pCompress: expect.closeTo(0.025, 8), rEffective: expect.closeTo(0.005, 8) });
});

test('every derivative is that of the energy, against central differences', () => {
  fc.assert(
    fc.property(states, (state) => {
      const gradient = energyGradient(state, defaultWeights);
      state.agents.forEach((agent, i) => {
        agent.h?.forEach((_, k) => {
          agrees(
            gradient.h[i]?.[k],
            slope((by) => energy(withVector(state, { i, k, by }))),
          );
        });
        const along = (gradient.p[i]?.[0] ?? 0) - (gradient.p[i]?.[1] ?? 0);
        if (agent.p)
          agrees(
            along,
            slope((by) => energy(withRoles(state, i, by))),
          );
      });
      if (state.memory)
        agrees(
          gradient.memory?.rEffective,
          slope((by) => energy(withRatio(state, by))),
        );
    }),
    { numRuns: 200 },
  );
});

test('an unknown input has no derivative', () => {
  const agents = goldenState.agents.map((agent) => ({ ...agent, h: undefined, p: undefined }));
  const gradient = energyGradient({ ...goldenState, agents, memory: undefined }, defaultWeights);
  expect(gradient).toMatchObject({ h: [undefined, undefined], p: [undefined, undefined], memory: undefined });
});

test('below 1 the ratio of memory moves nothing', () => {
  const memory = { pCompress: 0.5, rEffective: 0.5 };
  expect(energyGradient({ ...goldenState, memory }, defaultWeights).memory).toEqual({ pCompress: 0, rEffective: 0 });
});

function slope(at: (by: number) => number): number {
  const step = 1e-6;
  return (at(step) - at(-step)) / (2 * step);
}

function agrees(derivative: number | undefined, difference: number): void {
  expect(Math.abs((derivative ?? Number.NaN) - difference)).toBeLessThan(1e-7 + 1e-6 * Math.abs(difference));
}

function withVector(state: OrganismState, { i, k, by }: { i: number; k: number; by: number }): OrganismState {
  const moved = (h: readonly number[] | undefined) => h?.map((value, at) => (at === k ? value + by : value));
  return { ...state, agents: state.agents.map((agent, at) => (at === i ? { ...agent, h: moved(agent.h) } : agent)) };
}

/** Moves share from specialist to explorer: rows live on the simplex, so only such moves are differentiable. */
function withRoles(state: OrganismState, i: number, by: number): OrganismState {
  const moved = (row: RoleRow | undefined): RoleRow | undefined => row && [row[0] + by, row[1] - by, row[2]];
  return { ...state, agents: state.agents.map((agent, at) => (at === i ? { ...agent, p: moved(agent.p) } : agent)) };
}

function withRatio(state: OrganismState, by: number): OrganismState {
  const { memory } = state;
  return memory ? { ...state, memory: { ...memory, rEffective: memory.rEffective + by } } : state;
}

const number = fc.double({ min: -2, max: 2, noNaN: true });
const share = fc.double({ min: 0.1, max: 1, noNaN: true });
const row = fc
  .tuple(share, share, share)
  .map(([a, b, c]): RoleRow => [a / (a + b + c), b / (a + b + c), c / (a + b + c)]);
const states: fc.Arbitrary<OrganismState> = fc.integer({ min: 1, max: 16 }).chain((length) =>
  fc.record({
    agents: fc.array(
      fc.record({ id: fc.constant('a'), h: fc.array(number, { minLength: length, maxLength: length }), p: row }),
      { minLength: 3, maxLength: 20 },
    ),
    pairs: fc.array(fc.record({ from: fc.nat({ max: 2 }), to: fc.nat({ max: 2 }), w: number }), { maxLength: 8 }),
    patterns: fc.constant([]),
    memory: fc.record({ pCompress: share, rEffective: fc.double({ min: 1.1, max: 5, noNaN: true }) }),
    drift: fc.constant(undefined),
    anomaly: fc.constant(undefined),
  }),
);
