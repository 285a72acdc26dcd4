import type { DraftPlan, Skill } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogueOf } from './catalogue.ts';
import { shapeProblems } from './json-shape.ts';
import { checkDraft, type PlanRequest } from './make-plan.ts';
import { orderOf } from './plan-graph.ts';

const plain = { doc: '', effects: [], side_effects: false, needs_approval: false, successes: 0, failures: 0 };
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const skills: Skill[] = [
  {
    ...plain,
    name: 'fetch_csv',
    input: object({ url: { type: 'string' } }),
    consumes: ['url'],
    produces: ['table'],
    p95_ms: 2000,
  },
  {
    ...plain,
    name: 'profile_table',
    input: object({ table: {} }),
    consumes: ['table'],
    produces: ['profile'],
    p50_ms: 900,
  },
];
const request: PlanRequest = {
  description: 'mine',
  type: undefined,
  wants: [],
  given: { params: {}, inputs: [{ type: 'url', value: 'u' }] },
  catalogue: catalogueOf(skills, { forbidden: [], capabilities: {} }),
  maxSteps: 16,
  leftMs: undefined,
};
type DraftStep = DraftPlan['steps'][number];
const step = (
  id: string,
  type: string,
  more: { depends_on?: string[]; params?: Record<string, unknown> } & Partial<DraftStep> = {},
): DraftStep => {
  const { params, depends_on = [], ...rest } = more;
  return { id, task: { type, ...(params === undefined ? {} : { params }) }, depends_on, ...rest };
};
const problems = (steps: DraftStep[], asked: Partial<PlanRequest> = {}) => {
  const checked = checkDraft({ goal: 'x', steps }, { ...request, ...asked });
  return checked.kind === 'invalid' ? checked.problems : [];
};
const rules = (steps: DraftStep[], asked: Partial<PlanRequest> = {}) => problems(steps, asked).map(({ rule }) => rule);

test('the worked example: a cycle and a missing parameter, each with its steps', () => {
  const steps = [
    step('a', 'fetch_csv', { params: { url: 'u' }, depends_on: ['b'] }),
    step('b', 'profile_table', { params: {}, depends_on: ['a'] }),
  ];
  expect(problems(steps)).toEqual([
    { rule: 'V3', steps: ['a', 'b'], text: 'cycle' },
    { rule: 'V5', steps: ['b'], text: 'params.table is required' },
  ]);
});

test('a draft needs only ids, types and dependencies; the rest is filled in', () => {
  const checked = checkDraft(
    { steps: [step('a', 'fetch_csv'), step('b', 'profile_table', { depends_on: ['a'] })] },
    request,
  );
  expect(checked).toMatchObject({
    kind: 'plan',
    plan: {
      goal: 'mine',
      expectedMs: 5900,
      worstMs: 36_000,
      steps: [
        { id: 'a', task: { params: { url: 'u' }, requires: ['fetch_csv'] }, timeout_ms: 6000, produces: ['table'] },
        { id: 'b', task: { params: { table: { $from: 'a', path: '/table' } } }, timeout_ms: 30_000 },
      ],
    },
  });
});

test('every rule has its number', () => {
  const fetch = step('a', 'fetch_csv');
  expect(rules([])).toContain('V1');
  expect(rules([fetch, fetch])).toContain('V1');
  expect(rules([fetch], { maxSteps: 0 })).toEqual(['V1']);
  expect(rules([step('a', 'fetch_csv', { depends_on: ['z'] })])).toEqual(['V2']);
  expect(rules([fetch, step('b', 'profile_table', { depends_on: ['a', 'a'] })])).toEqual(['V2']);
  expect(rules([step('a', 'fetch_csv', { depends_on: ['a'] })])).toContain('V3');
  expect(rules([step('a', 'sing')])).toContain('V4');
  expect(rules([step('a', 'fetch_csv', { params: { url: 7 } })])).toEqual(['V5']);
  expect(rules([step('a', 'fetch_csv', { params: { url: 'u', more: 1 } })])).toEqual(['V5']);
  expect(rules([fetch, step('b', 'profile_table', { params: { table: { $from: 'a', path: '/table' } } })])).toEqual([
    'V6',
  ]);
  expect(
    rules([fetch, step('b', 'profile_table', { depends_on: ['a'], params: { table: { $from: 'a', path: '/url' } } })]),
  ).toEqual(['V6']);
  expect(rules([step('a', 'fetch_csv', { task: { type: 'fetch_csv', requires: ['sing'] } })])).toEqual(['V7']);
  expect(rules([step('a', 'fetch_csv', { timeout_ms: 999 })])).toEqual(['V8']);
  expect(rules([fetch], { leftMs: 4999 })).toEqual(['V8']);
  expect(rules([step('a', 'fetch_csv', { compensation: { type: 'sing', params: {} } })])).toEqual(['V9', 'V9']);
  expect(rules([step('a', 'fetch_csv', { params: { url: 'u'.repeat(66_000) } })])).toEqual(['V10']);
});

test('V3 accepts exactly the graphs without a cycle', () => {
  const ids = [...'abcdefgh'];
  const graph = fc
    .array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 12 })
    .map((edges) =>
      ids.map((id, i) => ({ id, depends_on: edges.filter(([to]) => to === i).map(([, from]) => ids[from] ?? 'a') })),
    );
  fc.assert(
    fc.property(graph, (steps) => {
      const order = orderOf(steps);
      if (order.ok) {
        const at = new Map(order.steps.map(({ id }, i) => [id, i]));
        for (const { id, depends_on } of order.steps)
          expect(depends_on.every((other) => (at.get(other) ?? 99) < (at.get(id) ?? -1))).toBe(true);
        return;
      }
      const next = (id: string, i: number) => order.cycle[(i + 1) % order.cycle.length] ?? id;
      for (const [i, id] of order.cycle.entries())
        expect(steps.find((other) => other.id === id)?.depends_on).toContain(next(id, i));
    }),
    { numRuns: 1000 },
  );
});

test('shapes: types, limits, enums, alternatives, nesting', () => {
  expect(shapeProblems({ type: 'integer', minimum: 1 }, 0)).toEqual(['must be at least 1']);
  expect(shapeProblems({ type: ['string', 'null'] }, 3)).toEqual(['must be string or null']);
  expect(shapeProblems({ enum: ['a', 'b'] }, 'c')).toEqual(['must be one of ["a","b"]']);
  expect(shapeProblems({ anyOf: [{ type: 'string' }, { type: 'number' }] }, true, 'x')).toEqual([
    'x fits none of its alternatives',
  ]);
  expect(shapeProblems({ items: object({ n: { type: 'number' } }) }, [{ n: 1 }, { n: 'x' }, {}], 'rows')).toEqual([
    'rows.1.n must be number',
    'rows.2.n is required',
  ]);
});
