import { expect, test } from 'vitest';
import { agent, bucket, organ, source, WALL } from '../testing/snapshot-sources.ts';
import { encodeVector } from './agent-vector.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import { type UnifiedRequest, unifiedState } from './unified-state.ts';
import { watchLag } from './watch-lag.ts';

const everything: UnifiedRequest = {
  agentIds: undefined,
  include: ['organs', 'system', 'memory'],
  known: undefined,
  vectors: 'b64',
  wallMs: WALL,
};
const take = (of: SnapshotSource, more: Partial<UnifiedRequest> = {}) => {
  const made = unifiedState(of, { ...everything, ...more });
  if (!made.ok) throw new Error(`${made.agents} agents`);
  return made.value;
};
const vector = encodeVector(Array.from({ length: 128 }, (_, i) => Math.sin(i)));
const members = (count: number) => Array.from({ length: count }, (_, i) => agent(`a${i}`, { h: vector }, 100));

test('the parts that are asked for, and that of the agents', () => {
  const of = source({ agents: members(2), organs: [organ('utility')] });
  expect(Object.keys(take(of).parts)).toEqual(['agents', 'organs', 'system', 'memory']);
  expect(Object.keys(take(of, { include: ['system'] }).parts)).toEqual(['agents', 'system']);
  expect(take(of, { agentIds: ['a1'] }).parts.agents?.data.map(({ agent_id }) => agent_id)).toEqual(['a1']);
});

test('completeness is that of the parts that are shown', () => {
  const of = source({ agents: members(2), organs: [organ('nobody-there')] });
  expect(take(of).completeness).toBe(0);
  expect(take(of, { include: ['system'] }).completeness).toBe(1);
});

test('vectors can be left out, wherever there are any', () => {
  const of = source({ agents: [agent('a1', { h: vector, organ_id: 'utility' }, 100)], organs: [organ('utility')] });
  const full = take(of).parts;
  expect([full.agents?.data[0]?.h, full.organs?.data[0]?.h, full.system?.data.h]).toEqual([vector, vector, vector]);
  const bare = take(of, { vectors: 'omit' }).parts;
  expect([bare.agents?.data[0]?.h, bare.organs?.data[0]?.h, bare.system?.data.h]).toEqual([null, null, null]);
});

test('state.A18: who knows the picture gets its id and its completeness, a twentieth of the bytes at 200 agents', () => {
  const of = source({ agents: members(200) });
  const full = take(of);
  const again = take(of, { known: full.snapshot_id });
  expect(again).toMatchObject({ not_modified: true, parts: {}, snapshot_id: full.snapshot_id, completeness: 1 });
  expect(JSON.stringify(again).length).toBeLessThanOrEqual(JSON.stringify(full).length / 20);
  const changed = source({ agents: [...members(199), agent('a199', { h: null }, 100)] });
  expect(take(changed, { known: full.snapshot_id })).toMatchObject({ not_modified: false });
});

test('more agents than fit into one message are refused with their number, unless the picture is known', () => {
  const of = source({ agents: members(501) });
  expect(unifiedState(of, everything)).toEqual({ ok: false, agents: 501 });
  const { snapshot_id } = take(of, { agentIds: ['a1'] });
  expect(take(of, { known: snapshot_id })).toMatchObject({ not_modified: true });
});

test('a picture of buckets the broker is silent about is marked with its age; one not read in full is a gap, no lag', () => {
  const lagging = (lagMs: number) => watchLag({ buckets: { ...source().buckets, organs: bucket({ lagMs }) } });
  expect(lagging(12_001)).toEqual({ reason: 'watch_lag', source: 'cache', age_ms: 12_001 });
  expect([lagging(12_000), lagging(Number.POSITIVE_INFINITY)]).toEqual([undefined, undefined]);
});
