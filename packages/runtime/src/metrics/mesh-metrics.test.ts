import type { MeshObserver } from '@seedcore/mesh';
import { memoryMesh } from '@seedcore/mesh/testing';
import { endpoint, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { logMesh } from '../log/log-mesh.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { meshMetrics } from './mesh-metrics.ts';
import { openMetrics } from './metrics.ts';

const oracle = service('oracle', {
  doc: 'Knows, where anybody is at home.',
  version: '1.0.0',
  endpoints: {
    ask: endpoint({
      doc: 'Tells.',
      input: z.strictObject({}),
      output: z.object({ said: z.string() }),
      idempotent: true,
      coalesce: true,
    }),
  },
});

test('calls that failed and have no record, because there were too many at once, are counted', async () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1) });
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  const client = mesh.client(oracle, { retry: { max: 1, backoff: { baseMs: 50, capMs: 2_000 } } });
  const calls = Array.from({ length: 60 }, () => client.ask({}, { instance: 'nobody' }).catch(() => undefined));
  await clock.advance(100);
  await Promise.all(calls);
  expect(mesh.records.dropped).toBe(10);
  expect(metrics.text().split('\n')).toContain('seedcore_call_records_dropped_total 10');
});

test('what stood in for an answer is counted and logged, and so are calls that shared a request', async () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1) });
  const metrics = openMetrics();
  meshMetrics(metrics, mesh);
  const { log, lines } = recordingLog();
  mesh.observe(logMesh(log, clock));
  const client = mesh.client(oracle, { fallback: { ask: { default: () => ({ said: 'perhaps' }) } } });
  const replies = Promise.all(Array.from({ length: 8 }, () => client.ask({})));
  await clock.advance(5_000);
  expect((await replies).map((reply) => reply.ok && reply.degraded?.reason)).toEqual(
    Array.from({ length: 8 }, () => 'no_responder'),
  );
  const shown = metrics.text().split('\n');
  expect(shown).toContain('seedcore_fallbacks_total{service="oracle",endpoint="ask",source="default"} 8');
  expect(shown).toContain('seedcore_coalesced_total{service="oracle",endpoint="ask"} 7');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toEqual({
    level: 'warn',
    fields: { target: 'oracle.ask', source: 'default', code: 'no_responder' },
    message: 'no answer: a fallback stood in',
  });
});

test('what faults do is counted by kind, and that they are on is said as an error', () => {
  const observers: MeshObserver[] = [];
  const metrics = openMetrics();
  const observe = (observer: MeshObserver) => {
    observers.push(observer);
    return () => {};
  };
  meshMetrics(metrics, { observe, resources: () => [] });
  const { log, lines } = recordingLog();
  observe(logMesh(log, new VirtualClock()));
  for (const one of observers) {
    one.faults?.(['drop target oracle.ask']);
    for (const kind of ['drop', 'drop', 'slow'] as const) one.befallen?.(kind);
    one.faults?.([]);
  }
  const shown = metrics.text().split('\n');
  expect(shown).toContain('seedcore_faults_total{kind="drop"} 2');
  expect(shown).toContain('seedcore_faults_total{kind="slow"} 1');
  expect(lines).toMatchObject([
    { level: 'error', fields: { on: ['drop target oracle.ask'] }, message: 'faults are on, on purpose' },
    { level: 'warn', message: 'faults are off again' },
  ]);
});
