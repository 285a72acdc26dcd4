import { sha256 } from '@seedcore/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Candidate, chooseAgent, scoreAgent } from './choose-agent.ts';

const idle = { load: 0, latencyMs: 30, capability: 0.5, memory: 0, affinity: 0, otherSpecialty: false };
const agent = (agentId: string, facts: Partial<Candidate> = {}): Candidate => ({ ...idle, agentId, ...facts });

describe('the score of an agent', () => {
  test.each([
    ['idle, 400 of 10,000 ms, c .54, u .2', { latencyMs: 400, capability: 0.54, memory: 0.2 }, 0.133],
    [
      'half loaded, 200 ms, c .9, u .1, affinity',
      { load: 0.5, latencyMs: 200, capability: 0.9, memory: 0.1, affinity: 1 },
      0.134,
    ],
    ['idle, 100 ms, c .95, u 0, other specialty', { latencyMs: 100, capability: 0.95, otherSpecialty: true }, 1.0145],
  ])('%s', (_, facts, score) => {
    expect(scoreAgent(agent('a', facts), 10_000)).toBeCloseTo(score, 4);
  });

  test('a deadline of nothing counts latency in full', () => {
    expect(scoreAgent(agent('a', { capability: 1 }), 0)).toBeCloseTo(0.2, 12);
  });
});

describe('the choice', () => {
  test('nobody out of nobody', () => {
    expect(chooseAgent([], { id: 't', leftMs: 1000 })).toBeUndefined();
  });

  test('of up to eight the lowest score', () => {
    const agents = Array.from({ length: 8 }, (_, i) => agent(`a${i}`, { load: i === 5 ? 0.1 : 0.9 }));
    expect(chooseAgent(agents, { id: 't', leftMs: 1000 })?.agentId).toBe('a5');
  });

  test('scores within 1e-9 are equal: the same agent wins as among equals', () => {
    const ids = ['a', 'b', 'c', 'd'];
    const near = ids.map((id, i) => agent(id, { load: (i * 0.5e-9) / 0.4 }));
    const two = near.slice(0, 2);
    const equals = ids.slice(0, 2).map((id) => agent(id));
    expect(chooseAgent(two, { id: 't', leftMs: 1000 })?.agentId).toBe(
      chooseAgent(equals, { id: 't', leftMs: 1000 })?.agentId,
    );
    const backwards = [...near].reverse();
    expect(chooseAgent(backwards, { id: 't', leftMs: 1000 })).toEqual(chooseAgent(near, { id: 't', leftMs: 1000 }));
  });

  test('organism.A15: ten thousand random cases, shuffled, give the same agent', () => {
    const facts = fc.record({
      load: fc.double({ min: 0, max: 1, noNaN: true }),
      latencyMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      capability: fc.double({ min: 0, max: 1, noNaN: true }),
      affinity: fc.constantFrom(0, 1),
      otherSpecialty: fc.boolean(),
    });
    const cases = fc.array(facts, { minLength: 1, maxLength: 14 }).chain((given) => {
      const agents = given.map((one, i) => agent(`a${i}`, one));
      return fc.tuple(fc.constant(agents), fc.shuffledSubarray(agents, { minLength: agents.length }));
    });
    fc.assert(
      fc.property(
        cases,
        fc.string({ maxLength: 20 }),
        fc.integer({ min: 0, max: 1e6 }),
        ([agents, shuffled], id, leftMs) => {
          expect(chooseAgent(shuffled, { id, leftMs })).toBe(chooseAgent(agents, { id, leftMs }));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test('organism.A15: a thousand tasks on a hundred agents fill none beyond 1.4 times the mean', () => {
    expect(fullest((agents, id) => chooseAgent(agents, { id, leftMs: 1000 })?.agentId)).toBeLessThanOrEqual(14);
  });

  test('organism.A15: one choice by hash would fill one at least 1.5 times', () => {
    const oneChoice = (agents: readonly Candidate[], id: string) =>
      agents.reduce((best, one) => (hashOf(id, one) > hashOf(id, best) ? one : best)).agentId;
    expect(fullest(oneChoice)).toBeGreaterThanOrEqual(15);
  });
});

const hashOf = (id: string, { agentId }: Candidate) => sha256(`${id}\0${agentId}`).slice(0, 16);

/** Most tasks one of a hundred agents gets of a thousand. */
function fullest(choose: (agents: readonly Candidate[], id: string) => string | undefined): number {
  const load = new Map(Array.from({ length: 100 }, (_, i) => [`a${i}`, 0]));
  for (let i = 0; i < 1000; i++) {
    const agents = [...load].map(([id, n]) => agent(id, { load: Math.min(1, n / 40) }));
    const chosen = choose(agents, `task-${i}`) ?? '';
    load.set(chosen, (load.get(chosen) ?? 0) + 1);
  }
  return Math.max(...load.values());
}
