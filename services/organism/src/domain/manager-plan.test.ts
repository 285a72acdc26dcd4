import { expect, test } from 'vitest';
import { fairShare, managersOf } from './manager-plan.ts';

const agents = (count: number) => Array.from({ length: count }, (_, n) => `o_agent_${String(n).padStart(2, '0')}`);

test('an organ has a manager for each ten of its agents, whatever order they are listed in', () => {
  const plan = managersOf('o', agents(23).toReversed());
  expect(plan.map(({ managerId, agents: { length } }) => [managerId, length])).toEqual([
    ['o-m0', 10],
    ['o-m1', 10],
    ['o-m2', 3],
  ]);
  expect(plan.flatMap((manager) => manager.agents)).toEqual(agents(23));
  expect(managersOf('o', [])).toEqual([]);
});

test('every replica has its share, and one that stands alone has all', () => {
  expect([fairShare(7, 3), fairShare(6, 3), fairShare(5, 0), fairShare(0, 3)]).toEqual([3, 2, 5, 0]);
});
