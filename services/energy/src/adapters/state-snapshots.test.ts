import type { AggregatedState } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { snapshotOf } from './state-snapshots.ts';

type AgentView = NonNullable<AggregatedState['parts']['agents']>['data'][number];

const vector = (...numbers: number[]) => ({
  dim: numbers.length,
  f32: Buffer.from(new Float32Array(numbers).buffer).toString('base64'),
});

function agent(agent_id: string, facts: Partial<AgentView> = {}): AgentView {
  return {
    agent_id,
    organ_id: 'left',
    specialty: null,
    lifecycle: null,
    h: vector(0.5, -0.25),
    p: { e: 0.5, s: 0.25, o: 0.25 },
    c: { value: 0.5, n: 0 },
    mem_util: null,
    load: null,
    progress: null,
    heartbeat_age_ms: 100,
    liveness: 'alive',
    ...facts,
  };
}

function snapshot(...data: AgentView[]) {
  const agents = { data, source: 'records', age_ms: 0, completeness: 1, missing: [], missing_more: 0 };
  const read: AggregatedState = {
    aggregation_type: 'all',
    at: '2026-11-22T10:00:00Z',
    version: {},
    snapshot_id: 'abc',
    completeness: 1,
    parts: { agents },
  };
  return snapshotOf(read, { at: 7, drift: undefined });
}

test('vectors, roles and organs are read as they travel', () => {
  const { id, at, organs, state } = snapshot(agent('a1'), agent('a2', { organ_id: null }));
  expect({ id, at, organs: [...organs] }).toEqual({ id: 'abc', at: 7, organs: [['a1', 'left']] });
  expect(state.agents[0]).toEqual({ id: 'a1', h: [0.5, -0.25], p: [0.5, 0.25, 0.25] });
});

test.each<[string, Partial<AgentView>]>([
  ['was never heard of', { heartbeat_age_ms: null }],
  ['is silent', { heartbeat_age_ms: 60_001 }],
])('an agent that %s has neither vector nor roles', (_, facts) => {
  expect(snapshot(agent('a1', facts)).state.agents[0]).toEqual({ id: 'a1', h: undefined, p: undefined });
});

test.each<[string, Partial<AgentView>]>([
  ['is longer than 10', { h: vector(8, 8) }],
  ['is not finite', { h: vector(Number.NaN, 1) }],
  ['has other bytes than it says', { h: { ...vector(1, 2), dim: 3 } }],
  ['has another length than the first', { h: vector(1) }],
  ['was never reported', { h: null }],
])('a vector that %s is unknown', (_, facts) => {
  expect(snapshot(agent('a1'), agent('a2', facts)).state.agents[1]?.h).toBeUndefined();
});

test('roles that do not sum to 1 are unknown', () => {
  expect(snapshot(agent('a1', { p: { e: 1, s: 1, o: 0 } })).state.agents[0]?.p).toBeUndefined();
});

test('what nobody measures is unknown, and what cannot have happened is nothing', () => {
  expect(snapshot().state).toEqual({
    agents: [],
    pairs: [],
    patterns: [],
    memory: undefined,
    drift: undefined,
    anomaly: undefined,
  });
});
