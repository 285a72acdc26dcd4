import { expect, test } from 'vitest';
import { shippedRules } from './route.ts';
import { changeRules, countRules, sameRules } from './rule-change.ts';

const none = { ...shippedRules, rules_by_domain: {} };
const add = [
  { task_type: 'ping', logical_id: 'a' },
  { task_type: 'ping', domain: 'mgmt', logical_id: 'b' },
];

test('rules are added by type and within a domain, whose short name is another word for it', () => {
  const { rules, added, removed, unchanged } = changeRules(none, { add, remove: [] });
  expect(rules).toEqual({
    ...none,
    rules_by_task: { ping: 'a' },
    rules_by_domain: { management: { ping: 'b' } },
  });
  expect([added, removed, unchanged, countRules(rules)]).toEqual([2, 0, 0, 2]);
});

test('what holds already is unchanged, and a rule that names another organ is new', () => {
  const { rules } = changeRules(none, { add, remove: [] });
  expect(changeRules(rules, { add, remove: [{ task_type: 'gone' }] })).toMatchObject({
    added: 0,
    removed: 0,
    unchanged: 3,
  });
  expect(changeRules(rules, { add: [{ task_type: 'ping', logical_id: 'c' }], remove: [] })).toMatchObject({ added: 1 });
});

test('removing undoes adding, and takes an empty domain with it', () => {
  const { rules } = changeRules(none, { add, remove: [] });
  const after = changeRules(rules, {
    add: [],
    remove: [{ task_type: 'ping' }, { task_type: 'ping', domain: 'admin' }],
  });
  expect(after).toMatchObject({ rules: none, removed: 2 });
  expect(sameRules(after.rules, none)).toBe(true);
});

test('a rule removed and added at once is there', () => {
  const { rules } = changeRules(none, { add, remove: [] });
  const moved = changeRules(rules, { add: [{ task_type: 'ping', logical_id: 'z' }], remove: [{ task_type: 'ping' }] });
  expect(moved.rules.rules_by_task).toEqual({ ping: 'z' });
});

test('a type called like what every object has is a type like any other', () => {
  const { rules } = changeRules(none, { add: [{ task_type: 'constructor', logical_id: 'a' }], remove: [] });
  expect(countRules(rules)).toBe(1);
  expect(countRules(none)).toBe(0);
});
