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
  organ('actuator_organ_1', ['wait', 'fact_store']),
  organ('cognitive_organ_1', ['analyze_series']),
  organ('utility_organ_1', ['wait', 'analyze_series', 'health_check']),
];

describe('a route', () => {
  test.each<[string, Partial<RouteQuestion>, string, string]>([
    ['the preferred organ first', { preferred: 'actuator_organ_1' }, 'actuator_organ_1', 'preferred'],
    [
      'a preferred organ that cannot do it is passed over',
      { preferred: 'cognitive_organ_1' },
      'utility_organ_1',
      'task',
    ],
    ['a preferred organ nobody knows is passed over', { preferred: 'nobody' }, 'utility_organ_1', 'task'],
    ['the rule of the domain', { type: 'analyze_series', domain: 'anomaly' }, 'cognitive_organ_1', 'domain'],
    ['the rule of the type', {}, 'utility_organ_1', 'task'],
    ['what else it requires counts too', { requires: ['fact_store'] }, 'actuator_organ_1', 'default'],
  ])('%s', (_, question, organId, from) => {
    expect(resolveRoute(ask(question), all, shippedRules)).toEqual({ organId, from, alive: true });
  });

  test('a dead choice falls to the next that lives', () => {
    const organs = [organ('actuator_organ_1', ['wait']), organ('utility_organ_1', ['wait'], false)];
    expect(resolveRoute(ask({}), organs, shippedRules)).toEqual({
      organId: 'actuator_organ_1',
      from: 'default',
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
      from: 'task',
      alive: false,
    });
  });

  test('a type no organ has a skill for leads nowhere', () => {
    expect(resolveRoute(ask({ type: 'fly' }), all, shippedRules)).toBeUndefined();
  });
});
