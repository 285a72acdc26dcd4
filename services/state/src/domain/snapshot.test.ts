import { expect, test } from 'vitest';
import { AT, agent, bucket, organ, SERVICES, source, WALL } from '../testing/snapshot-sources.ts';
import { encodeVector } from './agent-vector.ts';
import { type SnapshotRequest, snapshotOf } from './snapshot.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import { spreadOf } from './spread.ts';

const take = (of: SnapshotSource, more: Partial<SnapshotRequest> = {}) => {
  const made = snapshotOf(of, { type: 'all', sinceS: 300, agentIds: undefined, wallMs: WALL, ...more });
  if (!made.ok) throw new Error(`${made.agents} agents`);
  return made.value;
};

test('nobody registered and everything there: complete, because nothing is missing', () => {
  expect(take(source())).toMatchObject({ completeness: 1, version: { agents: 3, memory: 5, organs: 4 } });
});

test('registered agents nobody has heard of: completeness 0, and nothing is filled in', () => {
  const { parts, completeness } = take(source({ agents: [agent('a1'), agent('a2')] }));
  expect(completeness).toBe(0);
  expect(parts.agents).toMatchObject({ completeness: 0, missing: ['agent a1: never heard', 'agent a2: never heard'] });
  expect(parts.agents?.data[0]).toMatchObject({
    h: null,
    p: null,
    load: null,
    heartbeat_age_ms: null,
    liveness: 'unknown',
  });
});

test('a silent agent is named with how long', () => {
  const { parts } = take(source({ agents: [agent('a1', {}, 1000), agent('a9', {}, 74_000)] }));
  expect(parts.agents).toMatchObject({ completeness: 0.5, age_ms: 74_000, missing: ['agent a9: silent for 74 s'] });
});

test('golden vector: the mean h of the system weighs by capability and memory use', () => {
  const agents = [
    agent('a1', { h: encodeVector([1, 0]), c: { value: 1, n: 4 }, mem_util: 0 }),
    agent('a2', { h: encodeVector([0, 1]), c: { value: 0.5, n: 4 }, mem_util: 1 }),
    agent('a3', { h: encodeVector([9, 9]) }),
  ];
  expect(take(source({ agents })).parts.system?.data).toMatchObject({
    h: encodeVector([0.5, 0.5]),
    h_known: 2,
    mode: 'NORMAL',
  });
});

test('with no measured capability all known h weigh alike; with no h there is none', () => {
  const agents = [agent('a1', { h: encodeVector([1, 0]) }), agent('a2', { h: encodeVector([0, 1]) })];
  expect(take(source({ agents })).parts.system?.data.h).toEqual(encodeVector([0.5, 0.5]));
  expect(take(source({ agents: [agent('a1')] })).parts.system?.data).toMatchObject({ h: null, h_known: 0 });
});

test('an organ is complete when a member is alive; its roles stand in the order of its members', () => {
  const p = { e: 0.2, s: 0.3, o: 0.5 };
  const agents = [
    agent('a1', { organ_id: 'o1', p }, 0),
    agent('a2', { organ_id: 'o1' }),
    agent('b1', { organ_id: 'o2' }),
  ];
  const { parts } = take(source({ agents, organs: [organ('o1'), organ('o2')] }));
  expect(parts.organs).toMatchObject({ completeness: 0.5, missing: ['organ o2: no member alive'] });
  expect(parts.organs?.data[0]).toMatchObject({ members: ['a1', 'a2'], alive: 1, roles: [p, null], h: null });
});

test('a service without an answer and a stale mode are missing', () => {
  const census = {
    services: SERVICES.map((service) => ({ service, instances: service === 'ml' ? 0 : 1, age_ms: 100 })),
    ageMs: 100,
    mode: { value: 'NORMAL' as const, ageMs: 30_001 },
  };
  expect(take(source({ census })).parts.system).toMatchObject({
    completeness: 0.83333333,
    data: { mode: null, mode_age_ms: 30_001 },
    missing: ['service ml: no answer', 'mode: nobody has checked for 30 s'],
  });
});

test('before a bucket was read in full its part is empty-handed, and says so', () => {
  const buckets = { ...source().buckets, agents: bucket({ lagMs: Number.POSITIVE_INFINITY }) };
  expect(take(source({ buckets })).parts.agents).toMatchObject({
    completeness: 0,
    age_ms: null,
    missing: ['agents: not read in full yet'],
  });
});

test('records that cannot be shown are missing by name', () => {
  const buckets = { ...source().buckets, agents: bucket({ withheld: new Map([['a7', 'corrupt record']]) }) };
  expect(take(source({ buckets, agents: [agent('a1', {}, 0)] })).parts.agents).toMatchObject({
    completeness: 0.5,
    missing: ['agents a7: corrupt record'],
  });
});

test('recent shows who changed or was heard of, and nothing else', () => {
  const agents = [
    agent('old'),
    agent('beating', {}, 2000),
    agent('changed', { updated_at: new Date(WALL - 1000).toISOString() }),
  ];
  const { parts } = take(source({ agents }), { type: 'recent', sinceS: 300 });
  expect(Object.keys(parts)).toEqual(['agents']);
  expect(parts.agents?.data.map(({ agent_id }) => agent_id)).toEqual(['beating', 'changed']);
});

test('golden vector: c 0.2, 0.4, 0.6 has mean 0.4 and deviation 0.16329932', () => {
  const values = spreadOf([0.2, 0.4, null, 0.6]);
  expect(values).toMatchObject({ known: 3, min: 0.2, max: 0.6 });
  expect(values.mean).toBeCloseTo(0.4, 12);
  expect(values.deviation).toBeCloseTo(0.16329932, 8);
});

test('the summary counts what is known, and a prior is not known', () => {
  const agents = [
    agent('a1', { c: { value: 0.2, n: 1 }, lifecycle: 'active' }, 0),
    agent('a2', { counters: { tasks: 3, ok: 2, failed: 1, memory_writes: 0, memory_hits: 0, salient: 0 } }),
    agent('gone', { archived: true }),
  ];
  const { summary, parts } = take(source({ agents }), { type: 'summary' });
  expect(parts).toEqual({});
  expect(summary).toMatchObject({
    agents: 2,
    archived: 1,
    c: { known: 1, mean: 0.2 },
    mem_util: { known: 0, mean: null, min: null, max: null, deviation: null },
    lifecycle: { active: 1, unknown: 1 },
    liveness: { alive: 1, late: 0, silent: 0, unknown: 1 },
    counters: { tasks: 3, ok: 2, failed: 1 },
  });
});

test('two replicas with the same records have the same id, whatever they have heard; another record changes it', () => {
  const one = take(source({ agents: [agent('a1', {}, 5)] }));
  const other = take(source({ agents: [agent('a1', { updated_at: AT }, 50_000)] }), { wallMs: WALL + 1000 });
  const changed = take(source({ agents: [agent('a1', { mem_util: 0.5 }, 5)] }));
  expect(one.snapshot_id).toMatch(/^[0-9a-f]{16}$/);
  expect(other.snapshot_id).toBe(one.snapshot_id);
  expect(changed.snapshot_id).not.toBe(one.snapshot_id);
});

test('more agents than fit into one message are refused with their number; their summary is not', () => {
  const many = source({ agents: [...Array(501).keys()].map((i) => agent(`a${i}`)) });
  const request: SnapshotRequest = { type: 'all', sinceS: 300, agentIds: undefined, wallMs: WALL };
  expect(snapshotOf(many, request)).toEqual({ ok: false, agents: 501 });
  expect(take(many, { agentIds: ['a1', 'a2'] }).parts.agents?.data).toHaveLength(2);
  expect(take(many, { type: 'summary' }).summary?.agents).toBe(501);
});
