import type { OrganRecord } from '@seedcore/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EvolutionWish, type EvolutionWorld, planEvolution } from './plan-evolution.ts';

const NOW = '2026-11-22T00:00:00.000Z';
const organ = (organ_id: string, more: Partial<OrganRecord> = {}): OrganRecord => ({
  ...{ organ_id, kind: 'custom', state: 'ready', desired: 1, max_agents: 10, skills: ['wait'], specialty: null },
  ...{ role_prior: { e: 1, s: 0, o: 0 }, created_at: NOW },
  ...more,
});
const agents = (organId: string, specialties: readonly (string | null)[]) =>
  specialties.map((specialty, i) => ({ agent_id: `${organId}_agent_${i}`, specialty }));
type Shape = Record<string, { readonly organ?: Partial<OrganRecord>; readonly agents: readonly (string | null)[] }>;
const worldOf = (shape: Shape): EvolutionWorld => ({
  organ: (id) => (shape[id] === undefined ? undefined : organ(id, shape[id].organ)),
  members: (id) => agents(id, shape[id]?.agents ?? []),
  fallback: 'rest',
  now: NOW,
});
const wish = (op: EvolutionWish['op'], params: Partial<EvolutionWish['params']> = {}): EvolutionWish => ({
  op,
  organ_id: 'a',
  params: { k: 2, move_fraction: 0.5, src_organs: [], ...params },
});
const planned = (...given: Parameters<typeof planEvolution>) => {
  const plan = planEvolution(...given);
  return 'organs' in plan ? plan : expect.fail(JSON.stringify(plan));
};

describe('a plan', () => {
  test('splits by specialty: the rarest leave, and their organ has it', () => {
    const { organs, after, before } = planned(
      wish('split'),
      worldOf({ a: { agents: ['x', 'y', 'x', 'y', 'x', 'x'] } }),
    );
    expect(organs).toEqual(['a', 'a_2']);
    expect(after.organs).toMatchObject([{ desired: 1 }, { organ_id: 'a_2', desired: 3, state: 'ready' }]);
    const moved = after.agents.filter(({ organ_id }) => organ_id === 'a_2').map(({ agent_id }) => agent_id);
    expect(moved).toEqual(['a_agent_1', 'a_agent_3', 'a_agent_5']);
    expect(before.organs[1]).toMatchObject({ organ_id: 'a_2', state: 'stopped', desired: 0, heir: 'a' });
    const clear = planned(
      wish('split', { move_fraction: 0.34 }),
      worldOf({ a: { agents: ['x', 'y', 'x', 'x', 'y', 'x'] } }),
    );
    expect(clear.after.organs[1]?.specialty).toBe('y');
  });

  test('merges: agents, wishes and skills come together, and the work of the others is its', () => {
    const shape: Shape = {
      a: { organ: { desired: 2 }, agents: [null, null] },
      b: { organ: { desired: 9, skills: ['wait', 'sum'] }, agents: [null] },
    };
    const { after } = planned(wish('merge', { src_organs: ['b'] }), worldOf(shape));
    expect(after.organs).toMatchObject([
      { desired: 11, max_agents: 11, skills: ['wait', 'sum'] },
      { organ_id: 'b', state: 'stopped', desired: 0, heir: 'a' },
    ]);
    expect(after.agents.map(({ organ_id }) => organ_id)).toEqual(['a', 'a', 'a']);
  });

  test('clones every agent under a name of the new organ', () => {
    const { after, before } = planned(wish('clone'), worldOf({ a: { agents: ['x', null] } }));
    expect(after.agents.slice(2)).toEqual([
      { agent_id: 'a_2_agent_0', organ_id: 'a_2', archived: false, like: 'a_agent_0' },
      { agent_id: 'a_2_agent_1', organ_id: 'a_2', archived: false, like: 'a_agent_1' },
    ]);
    expect(before.agents.slice(2).every(({ archived }) => archived)).toBe(true);
  });

  test('retires for the fallback, or for whom it is told', () => {
    const shape: Shape = { a: { agents: [null] }, rest: { agents: [null] }, b: { agents: [] } };
    expect(planned(wish('retire'), worldOf(shape)).organs).toEqual(['a', 'rest']);
    const { after } = planned(wish('retire', { migrate_to: 'b' }), worldOf(shape));
    expect(after.organs[0]).toMatchObject({ state: 'stopped', heir: 'b' });
    expect(after.agents).toEqual([{ agent_id: 'a_agent_0', organ_id: 'a', archived: true }]);
  });

  test('takes the name again that an evolution left that was taken back', () => {
    const shape: Shape = {
      a: { agents: [null, null] },
      a_2: { organ: { state: 'stopped', heir: 'a', desired: 0 }, agents: [] },
    };
    expect(planned(wish('split'), worldOf(shape)).organs).toEqual(['a', 'a_2']);
    expect(planned(wish('split'), worldOf({ ...shape, a_2: { agents: [] } })).organs).toEqual(['a', 'a_3']);
  });

  test.each<[string, EvolutionWish, Shape, object]>([
    ['a split of too few', wish('split'), { a: { agents: [null] } }, { bad: '1 agents cannot be in 2 organs' }],
    ['a merge of nothing', wish('merge'), { a: { agents: [] } }, { bad: 'no organ to be merged is named' }],
    ['a merge into itself', wish('merge', { src_organs: ['a'] }), { a: { agents: [] } }, { bad: 'a is named twice' }],
    ['an unknown organ', wish('merge', { src_organs: ['b'] }), { a: { agents: [] } }, { unknown: 'b' }],
    ['a clone of nobody', wish('clone'), { a: { agents: [] } }, { bad: 'a has no agents' }],
    [
      'a retired organ',
      wish('clone'),
      { a: { organ: { state: 'stopped' }, agents: [null] } },
      { bad: 'a stands still' },
    ],
    [
      'the fallback itself',
      { ...wish('retire'), organ_id: 'rest' },
      { rest: { agents: [] } },
      { bad: 'rest is named twice' },
    ],
    [
      'an heir that cannot do its work',
      wish('retire'),
      { a: { organ: { skills: ['wait', 'sum'] }, agents: [] }, rest: { agents: [] } },
      { bad: 'rest, which would serve its queue, has no sum' },
    ],
  ])('is not made for %s', (_, wanted, shape, why) => {
    expect(planEvolution(wanted, worldOf(shape))).toEqual(why);
  });

  test('splits any organ into parts that have agents each, loses none, and is the same again', () => {
    const any = fc.record({
      specialties: fc.array(fc.constantFrom('x', 'y', null), { minLength: 8, maxLength: 40 }),
      k: fc.integer({ min: 2, max: 8 }),
      move_fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(any, ({ specialties, ...params }) => {
        const world = worldOf({ a: { agents: specialties } });
        const plan = planned(wish('split', params), world);
        const counts = plan.organs.map((id) => plan.after.agents.filter(({ organ_id }) => organ_id === id).length);
        expect(counts).toHaveLength(params.k);
        expect(Math.min(...counts)).toBeGreaterThan(0);
        expect(plan.after.organs.every(({ desired }, i) => desired <= (counts[i] ?? 0))).toBe(true);
        expect(plan.after.agents.map(({ agent_id }) => agent_id)).toEqual(
          plan.before.agents.map(({ agent_id }) => agent_id),
        );
        expect(planned(wish('split', params), world)).toEqual(plan);
      }),
    );
  });
});
