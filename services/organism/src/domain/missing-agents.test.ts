import { expect, test } from 'vitest';
import { missingAgents } from './missing-agents.ts';

const organ = { organ_id: 'o', desired: 3, max_agents: 10 };

test('numbers that are taken are passed over, whoever has them', () => {
  expect(missingAgents(organ, 1, (id) => ['o_agent_0', 'o_agent_2'].includes(id))).toEqual(['o_agent_1', 'o_agent_3']);
});

test('nobody is missing where there are enough, or too many', () => {
  expect(missingAgents(organ, 3, () => false)).toEqual([]);
  expect(missingAgents(organ, 9, () => false)).toEqual([]);
});

test('never more than the organ may have', () => {
  expect(missingAgents({ ...organ, max_agents: 2 }, 0, () => false)).toHaveLength(2);
});

test('an end is found when every name is taken', () => {
  expect(missingAgents(organ, 0, () => true)).toEqual([]);
});
