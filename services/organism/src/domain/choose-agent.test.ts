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

  test('the same agent in any order', () => {
    const loads = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(loads, fc.string(), fc.integer(), (given, id, seed) => {
        const agents = given.map((load, i) => agent(`a${i}`, { load }));
        const shuffled = [...agents].sort((a, b) => hash(a.agentId, seed) - hash(b.agentId, seed));
        expect(chooseAgent(shuffled, { id, leftMs: 1000 })).toEqual(chooseAgent(agents, { id, leftMs: 1000 }));
      }),
    );
  });

  test('two choices spread a thousand tasks over a hundred agents', () => {
    const load = new Map(Array.from({ length: 100 }, (_, i) => [`a${i}`, 0]));
    for (let i = 0; i < 1000; i++) {
      const agents = [...load].map(([id, n]) => agent(id, { load: Math.min(1, n / 40) }));
      const chosen = chooseAgent(agents, { id: `task-${i}`, leftMs: 1000 });
      load.set(chosen?.agentId ?? '', (load.get(chosen?.agentId ?? '') ?? 0) + 1);
    }
    expect(Math.max(...load.values())).toBeLessThanOrEqual(14);
  });
});

const hash = (text: string, seed: number): number =>
  [...text].reduce((sum, char) => (Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) + seed) | 0, seed);
