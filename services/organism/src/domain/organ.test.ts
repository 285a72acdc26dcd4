import { organRecord } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { agentIds, firstOrgans, withAgents } from './organ.ts';

test('a first start has three organs with one agent each, and roles that sum to one', () => {
  expect(firstOrgans.map(({ organ_id }) => organ_id)).toEqual([
    'cognitive_organ_1',
    'actuator_organ_1',
    'utility_organ_1',
  ]);
  for (const organ of firstOrgans) {
    expect(organRecord.safeParse({ ...organ, created_at: '2026-11-22T00:00:00Z' }).success).toBe(true);
    expect(organ.desired).toBe(1);
    expect(organ.role_prior.e + organ.role_prior.s + organ.role_prior.o).toBeCloseTo(1, 12);
  }
});

test('configuration raises the number of agents, up to what an organ may have', () => {
  expect(withAgents(firstOrgans, 3).map(({ desired }) => desired)).toEqual([3, 3, 3]);
  expect(withAgents(firstOrgans, 99).map(({ desired }) => desired)).toEqual([10, 10, 10]);
});

test('agents are named after their organ', () => {
  expect(agentIds({ organ_id: 'o', desired: 2 })).toEqual(['o_agent_0', 'o_agent_1']);
});
