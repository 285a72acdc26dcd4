import { describe, expect, test } from 'vitest';
import { type RoutableOrgan, type RouteQuestion, resolveRoute, shippedRules } from './route.ts';

const organ = (organId: string, skills: string[], alive = true): RoutableOrgan => ({ organId, skills, alive });
const ask = (facts: Partial<RouteQuestion>): RouteQuestion => ({
  type: 'wait',
  domain: 'general',
  requires: [],
  preferred: undefined,
  ...facts,
});
const all = [
  organ('actuator_organ_1', ['wait', 'fact_store', 'ping']),
  organ('cognitive_organ_1', ['analyze_series', 'ping']),
  organ('utility_organ_1', ['wait', 'analyze_series', 'health_check', 'ping', 'plan', 'constructor']),
];
const rules = {
  ...shippedRules,
  rules_by_task: { ping: 'cognitive_organ_1' },
  rules_by_domain: { ...shippedRules.rules_by_domain, management: { ping: 'actuator_organ_1' } },
};

describe('a route', () => {
  test.each<[string, Partial<RouteQuestion>, string, string]>([
    ['the preferred organ first', { preferred: 'actuator_organ_1' }, 'actuator_organ_1', 'preferred'],
    [
      'a preferred organ that cannot do it is passed over',
      { preferred: 'cognitive_organ_1' },
      'utility_organ_1',
      'default',
    ],
    ['a preferred organ nobody knows is passed over', { preferred: 'nobody' }, 'utility_organ_1', 'default'],
    ['the rule of the domain', { type: 'analyze_series', domain: 'anomaly' }, 'cognitive_organ_1', 'domain'],
    ['the rule of the type', { type: 'ping' }, 'cognitive_organ_1', 'task'],
    ['a domain by its short name', { type: 'ping', domain: 'mgmt' }, 'actuator_organ_1', 'domain'],
    ['a rule of another domain says nothing', { type: 'ping', domain: 'admins' }, 'cognitive_organ_1', 'task'],
    ['the default of its kind', {}, 'utility_organ_1', 'default'],
    ['a type of a kind whose default cannot do it', { type: 'plan' }, 'utility_organ_1', 'fallback'],
    ['what else it requires counts too', { requires: ['fact_store'] }, 'actuator_organ_1', 'fallback'],
    ['a type called like what every object has', { type: 'constructor' }, 'utility_organ_1', 'fallback'],
  ])('%s', (_, question, organId, from) => {
    expect(resolveRoute(ask(question), all, rules)).toEqual({ organId, from, alive: true });
  });

  test('a dead choice falls to the next that lives', () => {
    const organs = [organ('actuator_organ_1', ['wait']), organ('utility_organ_1', ['wait'], false)];
    expect(resolveRoute(ask({}), organs, shippedRules)).toEqual({
      organId: 'actuator_organ_1',
      from: 'fallback',
      alive: true,
    });
  });

  test('a type without a rule goes to the fallback when nobody else can', () => {
    const organs = [organ('utility_organ_1', ['dance'])];
    expect(resolveRoute(ask({ type: 'dance' }), organs, shippedRules)).toMatchObject({ from: 'fallback' });
  });

  test('with nobody alive the first that could keeps the work', () => {
    const organs = all.map((one) => ({ ...one, alive: false }));
    expect(resolveRoute(ask({}), organs, shippedRules)).toEqual({
      organId: 'utility_organ_1',
      from: 'default',
      alive: false,
    });
  });

  test('a type no organ has a skill for leads nowhere', () => {
    expect(resolveRoute(ask({ type: 'fly' }), all, shippedRules)).toBeUndefined();
  });
});
