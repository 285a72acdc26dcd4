import type { Skill, Step } from '@seedcore/contracts';
import { SeededRandom } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogueOf } from './catalogue.ts';
import { makePlan, type PlanRequest } from './make-plan.ts';
import { ancestorsOf, orderOf } from './plan-graph.ts';
import { planProblems } from './plan-problems.ts';
import { planRisks } from './plan-risks.ts';

const takes = (...names: string[]) => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
  required: names,
  additionalProperties: false,
});

const skill = (name: string, more: Partial<Skill> = {}): Skill => ({
  name,
  doc: '',
  input: takes(...(more.consumes ?? [])),
  consumes: [],
  produces: [],
  effects: [],
  side_effects: false,
  needs_approval: false,
  successes: 0,
  failures: 0,
  ...more,
});

const csv = [
  skill('write_report', { consumes: ['profile', 'anomalies'], produces: ['report'], p50_ms: 300, p95_ms: 1000 }),
  skill('profile_table', { consumes: ['table'], produces: ['profile'], p50_ms: 900, p95_ms: 3000 }),
  skill('fetch_csv', {
    consumes: ['url'],
    produces: ['table'],
    p50_ms: 600,
    p95_ms: 2000,
    input: { ...takes('url'), properties: { url: { type: 'string' } } },
  }),
  skill('detect_outliers', { consumes: ['table'], produces: ['anomalies'], p50_ms: 1800, p95_ms: 4000 }),
].map((one) => ({ ...one, successes: 34, failures: 0 }));

const request = (skills: Skill[], more: Partial<PlanRequest> = {}): PlanRequest => ({
  description: 'Outlier report for the March readings',
  type: undefined,
  wants: [],
  given: { params: {}, inputs: [] },
  catalogue: catalogueOf(skills, { forbidden: [], capabilities: {} }),
  maxSteps: 16,
  leftMs: undefined,
  ...more,
});
const march = { params: {}, inputs: [{ type: 'url', value: 'https://example.org/march.csv' }] };
const report = (more: Partial<PlanRequest> = {}) => request(csv, { wants: ['report'], given: march, ...more });

function planned(asked: PlanRequest) {
  const made = makePlan(asked);
  if (made.kind !== 'plan') throw new Error(JSON.stringify(made));
  return made.plan;
}
const types = (steps: readonly Step[]) => steps.map(({ task }) => task.type);

test('the worked example: four steps, two of them side by side', () => {
  const { steps, ...plan } = planned(report());
  expect(plan).toMatchObject({
    goal: 'report',
    expectedMs: 2700,
    worstMs: 21_000,
    maxParallel: 2,
    complexity: 4,
    unmet: [],
  });
  expect(plan.confidence).toBeCloseTo((35 / 36) ** 4, 12);
  expect(
    steps.map(({ id, task, depends_on, timeout_ms }) => [id, task.type, task.params, depends_on, timeout_ms]),
  ).toEqual([
    ['s1', 'fetch_csv', { url: 'https://example.org/march.csv' }, [], 6000],
    ['s2', 'profile_table', { table: { $from: 's1', path: '/table' } }, ['s1'], 9000],
    ['s3', 'detect_outliers', { table: { $from: 's1', path: '/table' } }, ['s1'], 12_000],
    [
      's4',
      'write_report',
      { profile: { $from: 's2', path: '/profile' }, anomalies: { $from: 's3', path: '/anomalies' } },
      ['s2', 's3'],
      3000,
    ],
  ]);
});

test('a task whose type is a skill gets that skill and whatever it needs', () => {
  const { steps } = planned(request(csv, { type: 'profile_table', given: march }));
  expect(types(steps)).toEqual(['fetch_csv', 'profile_table']);
});

test('a description alone finds the one skill it describes, when its parameters can be filled', () => {
  const skills = [...csv, skill('send_mail', { doc: 'sends a mail', consumes: ['text'] })];
  const asked = { description: 'send a mail', given: { params: { text: 'hi' }, inputs: [] } };
  expect(types(planned(request(skills, asked)).steps)).toEqual(['send_mail']);
  expect(makePlan(request(skills, { description: 'send a mail' }))).toMatchObject({
    kind: 'no_plan',
    unmet: [{ what: 'text', needed_by: 'send_mail' }],
  });
});

test('no plan: what is missing at the root, and the nearest skills', () => {
  expect(makePlan(report({ given: { params: {}, inputs: [] } }))).toEqual({
    kind: 'no_plan',
    unmet: [{ what: 'url', needed_by: 'fetch_csv' }],
    nearest: ['write_report', 'detect_outliers', 'fetch_csv', 'profile_table'],
  });
  expect(makePlan(request(csv, { wants: ['poem'] }))).toMatchObject({ kind: 'no_plan', unmet: [{ what: 'poem' }] });
});

test('what can be had is planned, what cannot is listed', () => {
  const plan = planned(report({ wants: ['report', 'poem'] }));
  expect(plan.unmet).toEqual([{ what: 'poem' }]);
  expect(plan.complexity).toBe(6);
});

test('an input its skill would refuse is not used', () => {
  const given = { params: {}, inputs: [{ type: 'url', value: 7 }] };
  expect(makePlan(report({ given }))).toMatchObject({ kind: 'no_plan', unmet: [{ what: 'url' }] });
});

test('the surer skill wins although it is slower; a declared capability stands in for missing runs', () => {
  const quick = skill('quick', { produces: ['x'], p50_ms: 1000, successes: 1, failures: 20 });
  const sure = skill('sure', { produces: ['x'], p50_ms: 2000, successes: 20, failures: 1 });
  expect(types(planned(request([quick, sure], { wants: ['x'] })).steps)).toEqual(['sure']);
  const fresh = [skill('a_new', { produces: ['x'], p50_ms: 1000 }), skill('b_new', { produces: ['x'], p50_ms: 1000 })];
  const able = { wants: ['x'], catalogue: catalogueOf(fresh, { forbidden: [], capabilities: { b_new: 0.9 } }) };
  expect(types(planned(request(fresh, { wants: ['x'] })).steps)).toEqual(['a_new']);
  expect(types(planned(request(fresh, able)).steps)).toEqual(['b_new']);
});

test('what is forbidden is not used', () => {
  const forbidden = catalogueOf(csv, { forbidden: ['fetch_csv'], capabilities: {} });
  expect(makePlan(report({ catalogue: forbidden }))).toMatchObject({
    kind: 'no_plan',
    unmet: [{ what: 'table' }],
  });
});

test('too few steps or too little time: no plan, and it says so', () => {
  expect(makePlan(report({ maxSteps: 3 }))).toMatchObject({
    kind: 'no_plan',
    unmet: [{ what: 'a way within 3 steps' }],
  });
  expect(makePlan(report({ leftMs: 2699 }))).toMatchObject({
    kind: 'no_plan',
    unmet: [{ what: 'takes 2700 ms, 2699 ms are left' }],
  });
  expect(makePlan(report({ leftMs: 2700 })).kind).toBe('plan');
});

test('a skill that changes the world brings its compensation, fed by its own output', () => {
  const book = skill('book', {
    produces: ['booking'],
    side_effects: true,
    compensation: 'unbook',
    effects: ['a booking'],
  });
  const unbook = skill('unbook', { consumes: ['booking'] });
  const { steps, complexity } = planned(request([book, unbook], { wants: ['booking'] }));
  expect(steps[0]?.compensation).toEqual({ type: 'unbook', params: { booking: { $from: 's1', path: '/booking' } } });
  expect(complexity).toBe(4);
  const alone = planned(request([book], { wants: ['booking'] })).steps;
  expect(alone[0]?.compensation).toBeUndefined();
  expect(planRisks(alone, catalogueOf([book], { forbidden: [], capabilities: {} }))[0]).toEqual({
    step_id: 's1',
    text: 'a booking cannot be undone',
    severity: 'high',
  });
});

test('two skills that feed each other are no way round a missing input', () => {
  const loop = [skill('a', { consumes: ['y'], produces: ['x'] }), skill('b', { consumes: ['x'], produces: ['y'] })];
  expect(makePlan(request(loop, { wants: ['x'] }))).toMatchObject({ kind: 'no_plan', unmet: [{ what: 'x' }] });
});

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
const someTypes = (max: number) => fc.uniqueArray(fc.constantFrom(...letters), { maxLength: max });
const anySkills = fc
  .array(fc.record({ consumes: someTypes(3), produces: someTypes(2), ms: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 12,
  })
  .map((rows) =>
    rows.map(({ consumes, produces, ms }, i) =>
      skill(`k${i}`, { consumes, produces: produces.filter((type) => !consumes.includes(type)), p50_ms: ms * 1000 }),
    ),
  );
const anyRequest = fc
  .tuple(anySkills, someTypes(2), fc.constantFrom(...letters))
  .map(([skills, given, want]) =>
    request(skills, { wants: [want], given: { params: {}, inputs: given.map((type) => ({ type, value: 1 })) } }),
  );

/** Everything that can be had by running skills forwards, however long it takes. */
function closure(asked: PlanRequest): Set<string> {
  const had = new Set(asked.given.inputs.map(({ type }) => type));
  const made = new Set<string>();
  for (let before = -1; before !== had.size + made.size; ) {
    before = had.size + made.size;
    for (const { consumes, produces } of asked.catalogue.skills)
      if (consumes.every((type) => had.has(type))) for (const type of produces) made.add(had.add(type) ? type : type);
  }
  return made;
}

test('over random catalogues: a plan is found exactly when running everything forwards would get there, and it is valid', () => {
  fc.assert(
    fc.property(anyRequest, (asked) => {
      const made = makePlan(asked);
      expect(made.kind).toBe(asked.wants.every((want) => closure(asked).has(want)) ? 'plan' : 'no_plan');
      if (made.kind !== 'plan') return;
      const { steps, confidence, complexity } = made.plan;
      const { catalogue, maxSteps, wants } = asked;
      expect(planProblems(steps, { catalogue, maxSteps, wants, unmet: [], leftMs: undefined })).toEqual([]);
      expect(confidence).toBeGreaterThan(0);
      expect(complexity).toBeLessThanOrEqual(10);
      expectFed(steps, asked);
    }),
    { numRuns: 500 },
  );
});

/** Every step has each type it consumes from an ancestor or from the start. */
function expectFed(steps: readonly Step[], asked: PlanRequest): void {
  const order = orderOf(steps);
  if (!order.ok) throw new Error('cycle');
  const ancestors = ancestorsOf(order.steps);
  const given = asked.given.inputs.map(({ type }) => type);
  for (const step of steps) {
    const before = steps.filter(({ id }) => ancestors.get(step.id)?.has(id)).flatMap(({ produces }) => produces);
    const consumes = asked.catalogue.get(step.task.type)?.consumes ?? [];
    expect(consumes.filter((type) => ![...given, ...before].includes(type))).toEqual([]);
  }
}

test('the plan does not depend on the order of the catalogue', () => {
  fc.assert(
    fc.property(anyRequest, (asked) => {
      const turned = catalogueOf([...asked.catalogue.skills].reverse(), { forbidden: [], capabilities: {} });
      expect(makePlan({ ...asked, catalogue: turned })).toEqual(makePlan(asked));
    }),
  );
});

test('where the search for the cheapest gives up, the plan is still valid', () => {
  const random = new SeededRandom(1);
  const all = [...Array(40).keys()].map((i) => `t${i}`);
  const some = (n: number) => [...new Set([...Array(n)].map(() => all[Math.floor(random.next() * 40)] ?? 't0'))];
  const skills = [...Array(64).keys()].map((i) =>
    skill(`k${i}`, {
      consumes: some(2),
      produces: some(4),
      input: {},
      p50_ms: 1000 + Math.floor(random.next() * 1000),
    }),
  );
  const inputs = all.slice(20, 32).map((type) => ({ type, value: 1 }));
  const asked = request(skills, { wants: all.slice(0, 16), given: { params: {}, inputs }, maxSteps: 64 });
  const { steps, unmet } = planned(asked);
  const { catalogue, maxSteps, wants } = asked;
  expect(unmet).toEqual([]);
  expect(planProblems(steps, { catalogue, maxSteps, wants, unmet: [], leftMs: undefined })).toEqual([]);
  expectFed(steps, asked);
});
