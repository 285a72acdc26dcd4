import type { Beat } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { HeartbeatTable } from './heartbeat-table.ts';

const WALL = Date.UTC(2026, 10, 22);
const beat = (seq: number, atMs = 0, more: Partial<Beat> = {}): Beat => ({
  agent_id: 'a1',
  seq,
  load: seq / 10,
  progress: null,
  loop_lag_ms: 1,
  at: new Date(WALL + atMs).toISOString(),
  ...more,
});
const at = (ms: number) => ({ nowMs: ms, wallMs: WALL + ms });

test('an agent goes from alive to late to silent at 15 and 60 s; one never heard is unknown', () => {
  const table = new HeartbeatTable();
  table.take(beat(1), 'organism-1', at(0));
  const seen = [0, 15_000, 15_001, 60_000, 60_001].map((ms) => table.heard('a1', ms).liveness);
  expect(seen).toEqual(['alive', 'alive', 'late', 'late', 'silent']);
  expect(table.heard('a2', 0)).toEqual({ load: undefined, progress: undefined, ageMs: undefined, liveness: 'unknown' });
});

test('the newest seq wins, whatever the order of arrival', () => {
  const table = new HeartbeatTable();
  expect(table.take(beat(3), 'organism-1', at(0))).toBe(true);
  expect(table.take(beat(2), 'organism-1', at(10))).toBe(false);
  expect(table.heard('a1', 10).load).toBe(0.3);
});

test('on another instance the count begins anew, and the later beat wins', () => {
  const table = new HeartbeatTable();
  table.take(beat(900, 0), 'organism-1', at(0));
  expect(table.take(beat(1, 2000), 'organism-2', at(2000))).toBe(true);
  expect(table.take(beat(901, 1000), 'organism-1', at(2001))).toBe(false);
  expect(table.heard('a1', 2000).load).toBe(0.1);
});

test('a beat from the future is not believed, and counted', () => {
  const table = new HeartbeatTable();
  expect(table.take(beat(1, 5001), 'organism-1', at(0))).toBe(false);
  expect(table.take(beat(1, 5000), 'organism-1', at(0))).toBe(true);
  expect(table.rejected).toBe(1);
});

test('load is unknown again once the agent is silent', () => {
  const table = new HeartbeatTable();
  table.take(beat(5), 'organism-1', at(0));
  expect(table.heard('a1', 60_000).load).toBe(0.5);
  expect(table.heard('a1', 60_001).load).toBeUndefined();
});
