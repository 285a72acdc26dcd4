import { triageReport } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import type { TaskContext } from '@seedcore/tasks';
import { attemptContext } from '@seedcore/tasks/testing';
import { expect, test } from 'vitest';
import { detectionOf } from '../domain/detection.ts';
import type { TriagePorts } from '../ports.ts';
import { triageWork } from './triage.ts';

const SPIKE = [0.1, 0.12, 5, 0.11, 0.1, 0.12];
const found = [{ index: 2, value: 5, score: 329.5, severity: 'high' as const }];

/** Services that all answer; what a test needs otherwise it replaces. */
function world(changes: Partial<TriagePorts> = {}) {
  const announced: string[] = [];
  const ports: TriagePorts = {
    measuring: {
      drift: async () => ({ value: 0.41 }),
      anomalies: async (series) => ({ value: detectionOf(series.includes(5) ? found : []) }),
    },
    thinking: {
      reason: async () => ({
        value: {
          error_class: 'data_quality',
          thought: 'A value far off.',
          confidence: 0.62,
          proposed_solution: { action: 'fix_input', text: 'check the sensor' },
        },
        degraded: { reason: 'no_model', source: 'default' },
      }),
      decide: async () => ({ value: { decision: 'submit_retrain', confidence: 0.7 } }),
    },
    governing: { mode: async () => ({ value: 'NORMAL' }), deltaIfCalm: async () => ({ value: -0.05 }) },
    organs: {
      route: async () => ({
        value: { logical_id: 'utility_organ_1', queue: 'utility_organ_1', resolved_from: 'task' },
      }),
      profile: async () => ({ value: { mean: 0.92 } }),
    },
    memory: { picture: async () => ({ value: { agents: 3 } }), remember: async () => ({ value: 'f1' }) },
    announcements: { routed: () => {}, triaged: ({ decision }) => announced.push(decision.action) },
    ...changes,
  };
  return { ports, announced };
}

const lost = async () => {
  throw new MeshError('no_responder', { target: 'x' });
};

/** One attempt; `memos` outlive it. */
const attemptOf = (memos = new Map<string, unknown>(), signal = new AbortController().signal): TaskContext =>
  attemptContext({ id: 'tr-1', type: 'anomaly_triage', memos, signal });

async function triaged(
  changes: Partial<TriagePorts> = {},
  series: (number | null)[] = SPIKE,
  memos = new Map<string, unknown>(),
) {
  const { ports, announced } = world(changes);
  const ended = await triageWork(ports, new VirtualClock())({ agent_id: 'pump-3', series }, attemptOf(memos));
  if (!ended.ok) throw new Error('a triage has no declared failure');
  const report = triageReport.parse(ended.value);
  const source = Object.fromEntries(report.steps.map((one) => [one.step, one.source]));
  return { report, source, degraded: ended.degraded, announced };
}

test('with everybody there, all five services are asked, and the decision is reported, not carried out', async () => {
  const { report, source, degraded, announced } = await triaged();
  expect(report).toMatchObject({
    triage_id: 'tr-1',
    anomalies: found,
    drift: 0.41,
    escalated: true,
    reason: { error_class: 'data_quality' },
    decision: { action: 'submit_retrain', by: 'rules', rule: 'retrain', confidence: 0.7, carried_out: false },
    delta_e_est: -0.05,
  });
  expect(report.explanation).toContain('nothing here starts such a job');
  expect(new Set(Object.values(source))).toEqual(new Set(['live']));
  expect([...new Set(report.steps.map(({ service }) => service))].sort()).toEqual([
    'cognitive',
    'coordinator',
    'energy',
    'ml',
    'organism',
    'state',
  ]);
  expect(degraded).toEqual({ reason: 'no_model', source: 'default' });
  expect(announced).toEqual(['submit_retrain']);
});

test('a clean series ends with hold, and nobody is asked what to do about it', async () => {
  const { report, source } = await triaged({}, [1, 1.1, 0.9, 1, 1.1]);
  expect(report).toMatchObject({ anomalies: [], escalated: false, reason: null, decision: { by: 'no_anomaly' } });
  expect(source).toMatchObject({ detect: 'live', energy: 'skipped', reason: 'skipped', remember: 'skipped' });
});

test('without ml the series is judged here, and the report says so', async () => {
  const { report, source, degraded } = await triaged({ measuring: { drift: lost, anomalies: lost } });
  expect(report.anomalies.map(({ index }) => index)).toEqual([2]);
  expect(report.drift).toBeNull();
  expect(source).toMatchObject({ drift: 'skipped', detect: 'default' });
  expect(degraded?.reason).toContain('ml_unavailable');
});

test('without cognitive the rules alone decide', async () => {
  const { report, degraded } = await triaged({ thinking: { reason: lost, decide: lost } });
  expect(report).toMatchObject({ escalated: true, reason: null, decision: { action: 'hold', rule: 'otherwise' } });
  expect(degraded?.reason).toBe('cognitive_unavailable');
});

test('without energy nothing is recommended', async () => {
  const { report } = await triaged({ governing: { mode: lost, deltaIfCalm: lost } });
  expect(report).toMatchObject({ delta_e_est: null, decision: { action: 'hold', rule: 'mode-not-normal' } });
});

test('without organism and state the triage goes on', async () => {
  const { report, source } = await triaged({
    organs: { route: lost, profile: lost },
    memory: { picture: lost, remember: lost },
  });
  expect(report.decision.action).toBe('submit_retrain');
  expect(source).toMatchObject({ route: 'skipped', profile: 'skipped', picture: 'skipped', remember: 'skipped' });
});

test('a second attempt repeats no finished step', async () => {
  const memos = new Map<string, unknown>();
  const first = await triaged({}, SPIKE, memos);
  const second = await triaged(
    { measuring: { drift: lost, anomalies: lost }, thinking: { reason: lost, decide: lost } },
    SPIKE,
    memos,
  );
  expect(second.report).toEqual(first.report);
});

test('an attempt that was stopped remembers nothing of the step it was in', async () => {
  const stop = new AbortController();
  const memos = new Map<string, unknown>();
  const { ports } = world({
    measuring: {
      drift: async () => ({ value: 0.1 }),
      anomalies: async () => {
        stop.abort(new MeshError('cancelled', { target: 'tr-1' }));
        return lost();
      },
    },
  });
  const ended = triageWork(ports, new VirtualClock())({ agent_id: 'a', series: SPIKE }, attemptOf(memos, stop.signal));
  await expect(ended).rejects.toMatchObject({ code: 'no_responder' });
  expect(memos.has('detect')).toBe(false);
});

test('a misspelt parameter is refused by name', async () => {
  const { ports } = world();
  const ended = triageWork(ports, new VirtualClock())({ agent_id: 'a', serie: SPIKE }, attemptOf());
  await expect(ended).rejects.toMatchObject({ code: 'bad_request', details: { field: '/serie' } });
});
