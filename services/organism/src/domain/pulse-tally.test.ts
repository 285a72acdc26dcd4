import { expect, test } from 'vitest';
import { PulseTally, REPEATED_WITHIN_MS } from './pulse-tally.ts';

const ended = (taskId: string, ending: 'completed' | 'failed' | 'open', now = 0, ms = 10) => ({
  taskId,
  ending,
  ms,
  now,
});

test('tasks are counted, not runs: one that failed and then succeeded is one success', () => {
  const tally = new PulseTally();
  tally.started('t', 1);
  tally.ended(ended('t', 'open'));
  tally.started('t', 2);
  tally.ended(ended('t', 'completed'));
  expect(tally.doubtful(1e9)).toEqual([]);
  expect(tally.counts(3)).toMatchObject({
    tasks: { total: 4, active: 3, completed: 1, failed: 0, dead: 0 },
    respawned: 1,
  });
});

test('one that does not begin again is asked about: a dead letter, another end, or nobody knows', () => {
  const tally = new PulseTally();
  const states = { a: 'failed', b: 'succeeded', c: 'expired', d: 'unknown', e: 'queued' } as const;
  for (const id of Object.keys(states)) tally.ended(ended(id, 'open'));
  expect(tally.doubtful(REPEATED_WITHIN_MS - 1)).toEqual([]);
  expect(tally.doubtful(REPEATED_WITHIN_MS)).toEqual(Object.keys(states));
  for (const [id, state] of Object.entries(states)) tally.found(id, state);
  tally.found('a', 'failed');
  expect(tally.counts(0).tasks).toEqual({ total: 4, active: 0, completed: 1, failed: 2, dead: 1 });
});

test('one that goes on under another manager is counted there', () => {
  const tally = new PulseTally();
  tally.ended(ended('t', 'open'));
  tally.goesOn('t');
  expect([tally.doubtful(1e9), tally.counts(0).tasks.total]).toEqual([[], 0]);
});

test('p95 is of the last 200 runs', () => {
  const tally = new PulseTally();
  expect(tally.counts(0).p95_ms).toBeNull();
  for (let n = 0; n < 100; n++) tally.ended(ended('old', 'completed', 0, 1e6));
  for (let n = 1; n <= 200; n++) tally.ended(ended(`t${n}`, 'completed', 0, n));
  expect(tally.counts(0).p95_ms).toBe(190);
});

test('verdicts are counted by kind', () => {
  const tally = new PulseTally();
  for (const kind of ['pad', 'silent', 'pad'] as const) tally.intervened({ kind });
  expect(tally.counts(0).interventions).toEqual({ pad: 2, silent: 1 });
});
