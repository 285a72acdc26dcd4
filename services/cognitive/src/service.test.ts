import type { KnownFact } from '@seedcore/contracts';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { startService } from '@seedcore/runtime/testing';
import { expect, test } from 'vitest';
import type { Incidents, ThoughtDone } from './ports.ts';
import { cognitiveService } from './service.ts';

const clock = () => new VirtualClock({ epochMs: Date.UTC(2026, 10, 22) });
const nobody: Incidents = { find: async () => undefined };
const remembering = (facts: KnownFact[]): Incidents => ({ find: async () => facts });

function start(incidents: Incidents = remembering([])) {
  const time = clock();
  const told: ThoughtDone[] = [];
  const announce = (done: ThoughtDone) => void told.push(done);
  const ports = { clock: time, random: new SeededRandom(7), incidents, announce };
  return Object.assign(startService(cognitiveService(ports), { clock: time }), { told });
}

const noModel = { reason: 'no_model', source: 'default' };
const decision = {
  agent_id: 'pump-3',
  decision_context: {
    question: 'Drift rose. What now?',
    options: [
      { id: 'submit_tuning', scores: { gain: 0.03, gpu_s: 1800 }, risk: 0.2 },
      { id: 'submit_retrain', scores: { gain: 0.07, gpu_s: 5400 }, risk: 0.2 },
    ],
    criteria: [
      { id: 'gain', weight: 0.6, direction: 'max' as const, range: [0, 0.1] as [number, number] },
      { id: 'gpu_s', weight: 0.4, direction: 'min' as const, range: [0, 7200] as [number, number] },
    ],
  },
  historical_data: {
    counts: { submit_tuning: { successes: 6, failures: 1 }, submit_retrain: { successes: 2, failures: 3 } },
  },
};

test('make_decision answers the worked example, marked as the work of rules', async () => {
  const service = start();
  const reply = await service.make_decision(decision);
  expect(reply).toMatchObject({
    ok: true,
    degraded: noModel,
    value: {
      decision: 'submit_tuning',
      alternatives: ['submit_retrain'],
      requires_confirmation: false,
      confidence_basis: 'posterior',
      ranking: [
        { option_id: 'submit_tuning', base: 0.48, posterior: { alpha: 7, beta: 2 }, missing: [], vetoed_by: [] },
        { option_id: 'submit_retrain', posterior: { alpha: 3, beta: 4 } },
      ],
      meta: { method: 'rules', profile_used: 'none', unknown: [] },
    },
  });
  if (!reply.ok) return;
  expect(reply.value.reasons[0]).toEqual({
    text: 'submit_tuning worked in 6 of 7 runs, submit_retrain worked in 2 of 5 runs.',
    refs: ['input:/historical_data'],
  });
  expect(service.told).toMatchObject([{ endpoint: 'make_decision', agent_id: 'pump-3', outcome: 'submit_tuning' }]);
});

test('the mark says so when rules were asked for', async () => {
  expect(await start().make_decision({ ...decision, profile: 'rules' })).toMatchObject({
    degraded: { reason: 'rules_requested' },
  });
});

test('make_decision declares that no option is admissible', async () => {
  const reply = await start().make_decision({
    decision_context: {
      question: 'q',
      options: [{ id: 'a', scores: { gain: 0 } }],
      criteria: [{ id: 'gain', weight: 1, direction: 'max', required_min: 1 }],
    },
    hold_allowed: false,
  });
  expect(reply).toEqual({
    ok: false,
    failure: { code: 'no_admissible_option', details: { vetoes: [{ option_id: 'a', vetoed_by: ['gain'] }] } },
  });
});

test.each([
  ['an option twice', { options: [{ id: 'a' }, { id: 'a' }] }, '/decision_context/options'],
  ['no option', { options: [] }, '/decision_context/options'],
  [
    'a weight above 1',
    { criteria: [{ id: 'x', weight: 1.5, direction: 'max' }] },
    '/decision_context/criteria/0/weight',
  ],
  [
    'a range upside down',
    { criteria: [{ id: 'x', weight: 1, direction: 'max', range: [2, 1] }] },
    '/decision_context/criteria/0/range',
  ],
  ['an unknown field', { criterea: [] }, '/decision_context/criterea'],
])('make_decision refuses %s by name', async (_what, part, field) => {
  const body = { decision_context: { question: 'q', options: [{ id: 'a' }], ...part } };
  const reply = await start().request('make_decision', JSON.stringify(body));
  expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field } } });
});

test('reason_about_failure names a full disk and what helped before', async () => {
  const past = (fact_id: string): KnownFact => ({
    fact_id,
    text: 'write rejected: no space left on device',
    tags: ['incident', 'class:resource_exhausted', 'component:report-writer', 'remedy:reconfigure', 'outcome:resolved'],
    trust: 0.9,
    observed_at: '2026-11-21T00:00:00Z',
  });
  const reply = await start(remembering([past('f1'), past('f2'), past('f3')])).reason_about_failure({
    incident_context: { message: 'write rejected: no space left on device', component: 'report-writer' },
  });
  expect(reply).toMatchObject({
    ok: true,
    degraded: noModel,
    value: {
      error_class: 'resource_exhausted',
      proposed_solution: { action: 'reconfigure' },
      similar_incidents: [{ id: 'f1', outcome: 'resolved', resolved_by: 'reconfigure' }, { id: 'f2' }, { id: 'f3' }],
      meta: { retrieval: { found: 3, used: 3, sufficiency: { coverage: 1, diversity: 0, trust: 0.9 } } },
    },
  });
});

test('facts handed in count like those remembered; with retrieval off nobody is asked', async () => {
  const asked: string[] = [];
  const incidents: Incidents = {
    find: async (query) => {
      asked.push(query);
      return [];
    },
  };
  const fact = { fact_id: 'mine', text: 'gizmo hums', tags: ['incident'], observed_at: '2026-11-21T00:00:00Z' };
  const reply = await start(incidents).reason_about_failure({
    incident_context: { message: 'gizmo hums' },
    knowledge_context: { facts: [fact] },
    retrieval: { enabled: false },
  });
  expect(asked).toEqual([]);
  expect(reply).toMatchObject({
    value: { error_class: 'unknown', similar_incidents: [{ id: 'mine', similarity: 0.5 }], confidence: 0.225 },
  });
});

test('with state silent it still answers, and says what it could not know', async () => {
  const reply = await start(nobody).reason_about_failure({ incident_context: { message: 'ENOSPC' } });
  expect(reply).toMatchObject({
    ok: true,
    value: {
      error_class: 'resource_exhausted',
      meta: {
        unknown: expect.arrayContaining(['past incidents: state did not answer']),
        retrieval: { found: 0, used: 0, sufficiency: 'none' },
      },
    },
  });
});

const tools = [
  { name: 'fetch_csv', consumes: ['url'], produces: ['table'] },
  { name: 'write_report', consumes: ['table'], produces: ['report'] },
];

test('plan_task answers a plan with everything filled in', async () => {
  const reply = await start().plan_task({
    task_description: 'a report',
    wants: ['report'],
    inputs: [{ type: 'url', value: 'https://example.org/march.csv' }],
    available_tools: tools,
  });
  expect(reply).toMatchObject({
    ok: true,
    degraded: noModel,
    value: {
      plan: {
        goal: 'report',
        steps: [
          { id: 's1', task: { type: 'fetch_csv', requires: ['fetch_csv'] }, timeout_ms: 30_000 },
          { id: 's2', depends_on: ['s1'], task: { params: { table: { $from: 's1', path: '/table' } } } },
        ],
        max_parallel: 1,
        catalogue_hash: expect.stringMatching(/^[0-9a-f]{12}$/),
      },
      confidence: 0.25,
      confidence_basis: 'posterior',
      unmet: [],
    },
  });
});

test('plan_task declares what it lacks', async () => {
  const service = start();
  const asked = { task_description: 'a report', wants: ['report'] };
  expect(await service.plan_task(asked)).toMatchObject({ failure: { code: 'catalogue_unavailable' } });
  expect(await service.plan_task({ ...asked, available_tools: tools })).toMatchObject({
    failure: { code: 'no_plan', details: { unmet: [{ what: 'url', needed_by: 'fetch_csv' }] } },
  });
  const draft = { steps: [{ id: 'a', task: { type: 'sing' } }] };
  expect(await service.plan_task({ ...asked, available_tools: tools, draft })).toMatchObject({
    failure: { code: 'invalid_plan', details: { problems: [{ rule: 'V4', steps: ['a'] }, { rule: 'V7' }] } },
  });
  expect(service.told.map(({ outcome }) => outcome)).toEqual(['catalogue_unavailable', 'no_plan', 'invalid']);
});

test('a deadline the plan cannot meet is no plan', async () => {
  const reply = await start().plan_task({
    task_description: 'table',
    wants: ['table'],
    inputs: [{ type: 'url', value: 'u' }],
    available_tools: tools,
    task: { type: 'fetch_csv', deadline_at: '2026-11-22T00:00:04Z' },
  });
  expect(reply).toMatchObject({
    failure: { code: 'no_plan', details: { unmet: [{ what: 'takes 5000 ms, 4000 ms are left' }] } },
  });
});

test('the same question gets the same answer, but for ids and timings', async () => {
  const answers = await Promise.all([start(), start()].map((service) => service.make_decision(decision)));
  expect(answers[1]).toEqual(answers[0]);
});
