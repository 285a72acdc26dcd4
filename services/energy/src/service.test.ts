import type { ModeRecord } from '@seedcore/contracts';
import { type Json, MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { startService } from '@seedcore/runtime/testing';
import { expect, test } from 'vitest';
import type { OrganismState } from './domain/organism-state.ts';
import { defaultWeights } from './domain/weights.ts';
import { Sampler } from './loops/sampler.ts';
import type { ResultRecord } from './ports.ts';
import { energyService } from './service.ts';
import { goldenState } from './testing/golden-state.ts';

function start() {
  const clock = new VirtualClock();
  const world: { state: OrganismState | undefined; mode: ModeRecord | undefined } = {
    state: goldenState,
    mode: undefined,
  };
  const kept = new Map<string, ResultRecord>();
  const samples = new Sampler({
    clock,
    weights: defaultWeights,
    read: async () =>
      world.state && { id: 'snapshot', at: clock.wallMs(), state: world.state, organs: new Map([['a1', 'left']]) },
  });
  const results = {
    get: async (id: string) => kept.get(id),
    keep: async (id: string, record: ResultRecord) => {
      if (!kept.has(id)) kept.set(id, record);
      return kept.get(id) ?? record;
    },
  };
  const service = startService(energyService({ clock, samples, results, modes: { latest: () => world.mode } }), {
    clock,
  });
  return { clock, world, kept, samples, service };
}

type Answer<T> = { ok: true; value: T; degraded?: unknown } | { ok: false; failure: unknown };
async function answerTo<T>(reply: Promise<Answer<T>>): Promise<T> {
  const answer = await reply;
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
  return answer.value;
}

const roles = { e: 0.5, s: 0.25, o: 0.25 };
const twoAgents = [
  { agent_id: 'a1', h: [1, 0], p: roles },
  { agent_id: 'a2', h: [0.6, 0.8], p: { e: 1 / 3, s: 1 / 3, o: 1 / 3 } },
];
const example = {
  agents: twoAgents,
  W: [
    [0, 0.5],
    [0.5, 0],
  ],
  E: [0.5, 1],
  memory: { p_compress: 0.4, r_effective: 2 },
  drift: 0.2,
  anomaly: 0,
};

test('compute_energy gives the worked example, with breakdown and gradients', async () => {
  const { service } = start();
  const answer = await answerTo(service.compute_energy({ unified_state: example, include_gradients: true }));
  expect(answer.total).toBeCloseTo(-0.92383331, 8);
  expect(answer.per_agent_terms?.map(({ pair }) => pair)).toEqual([expect.closeTo(-0.3, 8), expect.closeTo(-0.3, 8)]);
  expect(answer.gradients?.d_h[1]).toEqual([expect.closeTo(-0.988, 8), expect.closeTo(0.016, 8)]);
  expect(answer.normalised).toEqual([]);
});

test('compute_energy answers null for what it was not told, and says what it normalised', async () => {
  const { service } = start();
  const agents = [{ agent_id: 'a1', h: null, p: { e: 1, s: 1, o: 0 } }];
  const answer = await answerTo(service.compute_energy({ unified_state: { agents }, include_breakdown: false }));
  expect(answer).toMatchObject({
    terms: { pair: null, hyper: 0, reg: null, mem: null, drift: null, anomaly: null },
    coverage: { pair: 0, reg: 0, entropy: 1 },
    total: null,
    normalised: ['a1'],
  });
  expect(answer.terms.entropy).toBeCloseTo(-0.1 * Math.LN2, 6);
  expect(answer).not.toHaveProperty('per_agent_terms');
});

test('compute_energy uses the weights it is given', async () => {
  const { service } = start();
  const answer = await answerTo(service.compute_energy({ unified_state: example, weights: { lambda: 0.1 } }));
  expect(answer.terms.reg).toBeCloseTo(0.2, 9);
});

test.each([
  [
    { agents: twoAgents, W: [[0, 1]] },
    { field: 'W', want: '2 rows', got: '1' },
  ],
  [
    { agents: twoAgents, W: [[0, 1], [0]] },
    { field: 'W[1]', want: '2 numbers', got: '1' },
  ],
  [
    { agents: [...twoAgents, { agent_id: 'a3', h: [1], p: null }] },
    { field: 'agents[2].h', want: '2 numbers', got: '1' },
  ],
])('compute_energy names what does not fit: %#', async (unified_state, details) => {
  const { service } = start();
  const reply = await service.compute_energy({ unified_state });
  expect(reply).toEqual({ ok: false, failure: { code: 'shape_mismatch', details } });
});

test('get_energy_state tells the energy by scope, and what cannot be told', async () => {
  const { service } = start();
  const all = await answerTo(service.get_energy_state({}));
  expect(all).toMatchObject({ absent: [], snapshot_id: 'snapshot', age_ms: 0 });
  expect(all.total).toBeCloseTo(-0.92383331, 8);
  const organ = await answerTo(service.get_energy_state({ scope: 'organ:left' }));
  expect(organ).toMatchObject({
    total: null,
    absent: ['hyper', 'mem', 'drift', 'anomaly'],
    per_agent: [{ agent_id: 'a1' }],
  });
  const reply = await service.get_energy_state({ scope: 'agent:nobody' });
  expect(reply).toEqual({ ok: false, failure: { code: 'unknown_scope', details: { scope: 'agent:nobody' } } });
});

test('get_energy_state reads again only when the last sample is too old', async () => {
  const { service, world, clock } = start();
  await service.get_energy_state({});
  world.state = { ...goldenState, drift: 0 };
  await clock.advance(14_000);
  expect((await answerTo(service.get_energy_state({}))).terms.drift).toBeCloseTo(0.01, 9);
  expect((await answerTo(service.get_energy_state({ max_age_ms: 100 }))).terms.drift).toBe(0);
});

test('get_energy_state serves the last sample with its age when state is gone', async () => {
  const { service, world, clock } = start();
  await service.get_energy_state({});
  world.state = undefined;
  await clock.advance(60_000);
  const reply = await service.get_energy_state({});
  expect(reply).toMatchObject({
    ok: true,
    value: { age_ms: 60_000 },
    degraded: { reason: 'state_unavailable', source: 'cache', age_ms: 60_000 },
  });
});

test('get_energy_state without any input has no number', async () => {
  const { service, world } = start();
  world.state = undefined;
  const reply = await service.get_energy_state({});
  expect(reply).toMatchObject({
    ok: true,
    value: { total: null, known_total: 0, snapshot_id: null, age_ms: null, per_agent: [] },
    degraded: { reason: 'state_unavailable', source: 'default' },
  });
  expect(reply.ok && Object.values(reply.value.terms)).toEqual(new Array(7).fill(null));
});

test('report_result compares the claim with what was measured over the window', async () => {
  const { service, world, clock, samples } = start();
  const from = new Date(clock.wallMs()).toISOString();
  await samples.fresh({});
  await clock.advance(60_000);
  world.state = { ...goldenState, drift: 0 };
  const to = new Date(clock.wallMs()).toISOString();
  const subject = { kind: 'task', id: 't1' } as const;
  const report = { result_id: 'r1', subject, delta_e: -0.012, window: { from, to } };
  expect(await answerTo(service.report_result(report))).toMatchObject({
    recorded: true,
    delta_e_reported: -0.012,
    delta_e_measured: expect.closeTo(-0.01, 9),
    agreement: 'agree',
    weights: { lambda: 0.01 },
  });
});

test('report_result without samples records the claim and says that nothing was measured', async () => {
  const { service, kept } = start();
  const report = { result_id: 'r1', subject: { kind: 'other', id: 'x' }, delta_e: -1 } as const;
  expect(await answerTo(service.report_result(report))).toMatchObject({ delta_e_measured: null, agreement: 'unknown' });
  expect(kept.get('r1')).toMatchObject({ report: { delta_e: -1, subject: { id: 'x' } } satisfies Json });
});

test('report_result answers a repeat with its first answer, and refuses the id for anything else', async () => {
  const { service, world, kept } = start();
  const report = { result_id: 'r1', subject: { kind: 'other', id: 'x' }, delta_e: -1 } as const;
  const first = await service.report_result(report);
  world.state = undefined;
  expect(await service.report_result(report)).toEqual(first);
  expect(await service.report_result({ ...report, delta_e: -2 })).toEqual({
    ok: false,
    failure: { code: 'id_reused', details: { result_id: 'r1' } },
  });
  expect(kept.size).toBe(1);
});

test('report_result refuses a claim that contradicts itself', async () => {
  const { service, kept } = start();
  const subject = { kind: 'other', id: 'x' } as const;
  const reply = await service.report_result({ result_id: 'r1', subject, delta_e: -1, e_before: 2, e_after: 1.5 });
  expect(reply).toEqual({ ok: false, failure: { code: 'inconsistent', details: { expected: -0.5 } } });
  expect(kept.size).toBe(0);
});

test('get_mode is unknown before anybody has checked, and again after 30 s of silence', async () => {
  const { service, world, clock } = start();
  expect(await answerTo(service.get_mode({}))).toMatchObject({
    mode: null,
    brownout_level: 1,
    checked_at: null,
    age_ms: null,
  });
  world.mode = recordAt(clock.wallMs());
  await clock.advance(30_000);
  expect(await answerTo(service.get_mode({}))).toMatchObject({
    mode: 'NORMAL',
    brownout_level: 0,
    age_ms: 30_000,
    seq: 3,
  });
  await clock.advance(1);
  expect(await answerTo(service.get_mode({}))).toMatchObject({ mode: null, brownout_level: 1, age_ms: 30_001, seq: 3 });
});

test('a misspelt field is refused by its name', async () => {
  const { service } = start();
  const { json, status } = await service.request('get_energy_state', '{"scop":"organism"}');
  expect([status, JSON.stringify(json)]).toEqual(['400', expect.stringContaining('scop')]);
});

test('a scope that could be injected is refused', async () => {
  const { service } = start();
  await expect(service.get_energy_state({ scope: 'agent:a.*' })).rejects.toBeInstanceOf(MeshError);
});

function recordAt(ms: number): ModeRecord {
  const at = new Date(ms).toISOString();
  return {
    mode: 'NORMAL',
    causes: [],
    components: [],
    since: at,
    dwell_s: 10,
    brownout_level: 0,
    clean_checks: 0,
    epoch: 5,
    seq: 3,
    checked_at: at,
  };
}
