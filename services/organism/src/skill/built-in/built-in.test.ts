import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { FakeHost, orderOf } from '../../testing/fake-host.ts';
import { runSkill } from '../run-skill.ts';
import type { HostRequest } from '../skill-host.ts';
import { builtInSkills } from './index.ts';

async function play(name: string, input: unknown, answers?: (request: HostRequest) => unknown, leftMs = 30_000) {
  const skill = builtInSkills.find((one) => one.name === name);
  if (skill === undefined) throw new RangeError(name);
  const host = new FakeHost(answers);
  const clock = new VirtualClock();
  const ports = { host, clock, random: new SeededRandom(1), signal: new AbortController().signal };
  const end = runSkill(skill, orderOf(name, input, { leftMs }), ports);
  return { end, host, clock };
}
const endOf = async (...args: Parameters<typeof play>) => (await play(...args)).end;

describe('analyze_series', () => {
  const spike = { index: 4, value: 9, score: 5, threshold: 4, direction: 'above', expected: 1.2, severity: 'medium' };

  test('describes the series and lists what ml finds strange', async () => {
    const points = [{ ...spike, explanation: 'high' }];
    const end = await endOf('analyze_series', { values: [1, 1, 2, 1, 9] }, () => ({ ok: true, value: { points } }));
    expect(end).toMatchObject({ end: 'ok', output: { n: 5, missing: 0, mean: 2.8, anomalies: [spike] } });
    expect(end).not.toHaveProperty('degraded');
  });

  test('with ml away: figures, no anomalies, and a mark', async () => {
    const away = () => Promise.reject(new MeshError('no_responder', { target: 'ml.detect_anomaly' }));
    const end = await endOf('analyze_series', { values: [1, 1, 2, 1, 9] }, away);
    expect(end).toMatchObject({ end: 'ok', degraded: 'ml.detect_anomaly: no_responder', output: { anomalies: null } });
  });

  test('three known values are the least', async () => {
    const end = await endOf('analyze_series', { values: [1, null, 2] });
    expect(end).toMatchObject({ end: 'failed', code: 'series_too_short', data: { n: 2 } });
  });

  test('as many times as values', async () => {
    const end = await endOf('analyze_series', { values: [1, 2, 3], timestamps: ['2026-11-22T00:00:00Z'] });
    expect(end).toMatchObject({ end: 'failed', code: 'bad_input', message: expect.stringContaining('/timestamps') });
  });
});

describe('json_transform', () => {
  test('evaluates an expression over data', async () => {
    const data = {
      items: [
        { name: 'a', price: 5 },
        { name: 'b', price: 15 },
      ],
    };
    const end = await endOf('json_transform', { data, expression: 'items[price>10].name' });
    expect(end).toMatchObject({ end: 'ok', output: { result: 'b' } });
  });

  test('knows its bindings, and gives null when nothing matches', async () => {
    expect(await endOf('json_transform', { data: 2, expression: '$ * $f', bindings: { f: 21 } })).toMatchObject({
      output: { result: 42 },
    });
    expect(await endOf('json_transform', { data: {}, expression: 'nothing.here' })).toMatchObject({
      output: { result: null },
    });
  });

  test.each([
    ['an expression that does not parse', 'items[', 'invalid_expression'],
    ['an expression that fails', '$number("x")', 'invalid_expression'],
    ['a sequence beyond bounds', '[1..9999999]', 'invalid_expression'],
    ['a function is no JSON', 'function($x){$x}', 'not_json'],
    ['a result beyond a MiB', '$join([1..200000].("0123456789"))', 'too_large'],
  ])('%s', async (_, expression, code) => {
    expect(await endOf('json_transform', { data: {}, expression })).toMatchObject({ end: 'failed', code });
  });

  test('runs where it can be ended, and not again after a time-out', () => {
    expect(builtInSkills.find(({ name }) => name === 'json_transform')).toMatchObject({
      isolation: 'process',
      respawn: false,
    });
  });
});

describe('fact_store and fact_search', () => {
  test('a fact is stored in a step', async () => {
    const stored = { ok: true, value: { fact_id: 'f1', revision: 1, deduplicated: false, conflict_set: [] } };
    const { end, host } = await play('fact_store', { text: 'x', ttl_s: 60 }, () => stored);
    expect(await end).toEqual({ end: 'ok', output: { fact_id: 'f1' } });
    expect(host.requests.map(({ op }) => op)).toEqual(['step_begin', 'call', 'step_end']);
    expect(host.requests[1]).toMatchObject({ input: { valid_until: '2026-11-22T00:01:00.000Z' } });
  });

  test('a fact that was known says so', async () => {
    const known = { ok: true, value: { fact_id: 'f1', revision: 2, deduplicated: true, conflict_set: [] } };
    expect(await endOf('fact_store', { text: 'x' }, () => known)).toMatchObject({ output: { duplicate_of: 'f1' } });
  });

  test('a contended fact is tried again, a fact too large is not', async () => {
    const failing = (code: string, details: unknown) => () => ({ ok: false, failure: { code, details } });
    expect(await endOf('fact_store', { text: 'x' }, failing('contended', { tries: 8 }))).toMatchObject({
      end: 'defect',
      retryable: true,
    });
    expect(await endOf('fact_store', { text: 'x' }, failing('too_large', { limit: 1, got: 2 }))).toMatchObject({
      end: 'failed',
    });
  });

  test('facts below the least score are left out', async () => {
    const fact = (fact_id: string) => ({ fact_id, text: 't', source: 's', observed_at: 'now', trust: null });
    const facts = [
      { fact: fact('a'), score: 1 },
      { fact: fact('b'), score: 0.2 },
    ];
    const end = await endOf('fact_search', { query: 'q', min_score: 0.5 }, () => ({ ok: true, value: { facts } }));
    expect(end).toMatchObject({ output: { facts: [{ id: 'a', score: 1, trust: null }] } });
  });
});

describe('health_check', () => {
  const survey = {
    services: [
      { name: 'ml', instances: 0, ready: 0, rttMs: undefined, version: undefined, contract: undefined, missing: [] },
    ],
    jetstream: { ok: true, lagMs: 0 },
    partial: false,
  };

  test('says what nobody answered for', async () => {
    const { end, host } = await play('health_check', { services: ['ml'], timeout_ms: 500 }, () => survey);
    expect(await end).toMatchObject({
      output: { overall: 'down', services: [{ name: 'ml', rtt_ms: null, version: null }] },
    });
    expect(host.requests).toEqual([{ op: 'survey', names: ['ml'], timeoutMs: 500 }]);
  });
});

describe('wait', () => {
  test('lets time pass and says that it lives', async () => {
    const { end, clock, host } = await play('wait', { for_ms: 12_000 });
    await clock.advance(12_000);
    expect(await end).toEqual({ end: 'ok', output: { woke_by: 'time', waited_ms: 12_000 } });
    expect(host.notes).toHaveLength(3);
  });

  test('waits until a time that is near', async () => {
    const { end, clock } = await play('wait', { until: '2026-11-22T00:00:01Z' });
    await clock.advance(1000);
    expect(await end).toMatchObject({ output: { waited_ms: 1000 } });
  });

  test('says at once when it may not last so long', async () => {
    const end = await endOf('wait', { for_ms: 60_000 });
    expect(end).toMatchObject({ end: 'failed', code: 'too_long', data: { wanted_ms: 60_000, left_ms: 29_750 } });
  });

  test('wants one of two', async () => {
    expect(await endOf('wait', {})).toMatchObject({ code: 'bad_input' });
    expect(await endOf('wait', { for_ms: 1, until: '2026-11-22T00:00:01Z' })).toMatchObject({ code: 'bad_input' });
  });
});
