import { cognitive, energy, ml, type Outcome, organism, state } from '@seedcore/contracts';
import { fail, type Handlers, type Implementation, MeshError, ok, type Service } from '@seedcore/protocol';
import { startService } from '@seedcore/runtime/testing';
import { expect, test } from 'vitest';
import { meshGoverning } from './mesh-governing.ts';
import { meshMeasuring } from './mesh-measuring.ts';
import { meshMemory } from './mesh-memory.ts';
import { meshOrgans } from './mesh-organs.ts';
import { meshThinking } from './mesh-thinking.ts';

/** A service of which only some endpoints matter; the others refuse, which no repetition cures. */
function partial<S extends Service>(contract: S, handlers: Partial<Handlers<S>>): Implementation<S> {
  const others = Object.keys(contract.endpoints).map((name) => [
    name,
    () => Promise.reject(new MeshError('forbidden', { target: `${contract.name}.${name}` })),
  ]);
  return { contract, handlers: { ...Object.fromEntries(others), ...handlers } };
}

/** The mesh of a caller that meets one such service. */
const meeting = <S extends Service>(contract: S, handlers: Partial<Handlers<S>>) =>
  startService(partial(contract, handlers)).mesh;

const MODEL = { name: 'm', version: '1' };
const CALL = { deadlineMs: 1_000 };

test('drift is watched per agent and domain, and unknown until the stream is ready', async () => {
  const streams: (string | undefined)[] = [];
  let score: number | null = null;
  const measuring = meshMeasuring(
    meeting(ml, {
      compute_drift_score: ({ stream, features }) => {
        streams.push(stream);
        expect(features).toHaveLength(5);
        return ok({
          score,
          level: score,
          alarm: false,
          arl0: 1e4,
          n: 3,
          ready: score !== null,
          since: '2026-11-22T10:00:00Z',
          top_features: [],
          model: MODEL,
        });
      },
    }),
  );
  const stream = { agent_id: 'pump-3', domain: 'anomaly' };
  expect(await measuring.drift(stream, [1, 2, null], CALL)).toEqual({
    none: 'not ready: 3 series of this stream seen so far',
  });
  score = 0.4;
  expect(await measuring.drift(stream, [1, 2, null], CALL)).toEqual({ value: 0.4 });
  expect(streams).toEqual(['pump-3.anomaly', 'pump-3.anomaly']);
});

test('anomalies keep index, value, score and severity', async () => {
  const point = {
    index: 2,
    value: 5,
    score: 30,
    threshold: 6,
    direction: 'above',
    expected: 0.1,
    severity: 'high',
  } as const;
  const measuring = meshMeasuring(
    meeting(ml, {
      detect_anomaly: ({ data }) =>
        ok({ points: [{ ...point, explanation: 'far' }], ready: true, n: data.length, model: MODEL }),
    }),
  );
  expect(await measuring.anomalies([0.1, 0.2, 5], undefined, CALL)).toEqual({
    value: { found: 1, anomalies: [{ index: 2, value: 5, score: 30, severity: 'high' }] },
  });
});

test('a declared failure is no answer, with its code', async () => {
  const measuring = meshMeasuring(meeting(ml, { detect_anomaly: () => fail('series_too_short', { n: 1 }) }));
  expect(await measuring.anomalies([1], undefined, CALL)).toEqual({ none: 'series_too_short' });
});

test('calm would take the terms of drift and anomaly away; an unknown drift is left out on both sides', async () => {
  const weights = { drift: 0.05, anomaly: 0.03 };
  const governing = meshGoverning(
    meeting(energy, {
      compute_energy: ({ unified_state: { drift, anomaly } }) => {
        const terms = { pair: null, hyper: 0, entropy: null, reg: null, mem: null };
        const known = {
          drift: drift === null ? null : weights.drift * drift,
          anomaly: anomaly === null ? null : weights.anomaly * anomaly,
        };
        const coverage = { pair: 0, hyper: 1, entropy: 0, reg: 0, mem: 0, drift: 1, anomaly: 1 };
        return ok({ terms: { ...terms, ...known }, total: null, known_total: 0, coverage, normalised: [] });
      },
    }),
  );
  expect(await governing.deltaIfCalm({ drift: 0.8, anomaly: 1 }, CALL)).toEqual({ value: -(0.03 + 0.05 * 0.8) });
  expect(await governing.deltaIfCalm({ drift: undefined, anomaly: 1 }, CALL)).toEqual({ value: -0.03 });
});

test('a mode nobody has checked is no mode', async () => {
  const silence = {
    causes: [],
    components: [],
    since: null,
    dwell_s: null,
    clean_checks: null,
    epoch: null,
    seq: null,
  };
  const governing = meshGoverning(
    meeting(energy, {
      get_mode: () => ok({ mode: null, brownout_level: 1, ...silence, checked_at: null, age_ms: null }),
    }),
  );
  expect(await governing.mode(CALL)).toEqual({ none: 'nobody has checked for 30 s' });
});

const RUN: Outcome = {
  task_id: 't1-profile',
  state: 'succeeded',
  attempt: 1,
  epoch: 1,
  organ_id: 'utility_organ_1',
  agent_id: 'a1',
  skill: 'analyze_series',
  quality: null,
  history: [],
  usage: { busy_ms: 1, llm_calls: 0, tokens_in: 0, tokens_out: 0, money_micros: null, metered: false },
  trace_id: 'x',
};

test('a profile is the plain numbers that the skill found, with its mark', async () => {
  const organs = meshOrgans(
    meeting(organism, {
      execute_on_organ: ({ task }) => {
        expect(task).toMatchObject({ id: 't1-profile', type: 'analyze_series', params: { values: [1, null, 2] } });
        const result = { n: 2, mean: 1.5, season: null, anomalies: [] };
        return ok({ ...RUN, result }, { reason: 'ml_unavailable', source: 'default' });
      },
    }),
  );
  expect(await organs.profile({ id: 't1-profile', organ_id: 'utility_organ_1', series: [1, null, 2] }, CALL)).toEqual({
    value: { n: 2, mean: 1.5 },
    degraded: { reason: 'ml_unavailable', source: 'default' },
  });
});

test('a run that failed is no profile, and says why', async () => {
  const error = { code: 'skill_failed', message: 'too few values', retryable: false };
  const organs = meshOrgans(meeting(organism, { execute_on_organ: () => ok({ ...RUN, state: 'failed', error }) }));
  expect(await organs.profile({ id: 't1-profile', organ_id: 'utility_organ_1', series: [1] }, CALL)).toEqual({
    none: 'too few values',
  });
});

test('a type no organ does has no route', async () => {
  const organs = meshOrgans(
    meeting(organism, {
      resolve_route: ({ task: { type, domain } }) => fail('no_route', { type, domain, known_types: ['wait'] }),
    }),
  );
  expect(await organs.route({ type: 'fly', domain: 'general', requires: [] }, CALL)).toEqual({ none: 'no_route' });
});

test('an outcome is remembered as an incident of its agent', async () => {
  const stored: unknown[] = [];
  const memory = meshMemory(
    meeting(state, {
      store_fact: ({ text, subject, object, tags }) => {
        stored.push({ text, subject, object, tags });
        return ok({ fact_id: 'f1', revision: 1, deduplicated: false, conflict_set: [] });
      },
    }),
  );
  expect(await memory.remember({ agent_id: 'pump-3', text: 'x'.repeat(5_000), outcome: 'hold' }, CALL)).toEqual({
    value: 'f1',
  });
  expect(stored).toEqual([
    { text: 'x'.repeat(4_096), subject: 'pump-3', object: 'hold', tags: ['incident', 'triage'] },
  ]);
});

test('a refusal of the mesh is an error, not an answer', async () => {
  const thinking = meshThinking(meeting(cognitive, {}));
  const asking = thinking.decide(
    'a',
    { question: 'what?', options: [{ id: 'x', reversible: true }], criteria: [] },
    CALL,
  );
  await expect(asking).rejects.toMatchObject({ code: 'forbidden' });
});
