import { expect, test } from 'vitest';
import { figuresOf, mergeReports } from './merge-reports.ts';
import { RunLog } from './run-log.ts';

const run = (facts = {}) => ({ organ: 'o', skill: 'wait', end: 'ok', ms: 100, attempt: 1, ...facts });
const reportOf = (log: RunLog, now: number, windowMs = 60_000, organ?: string) => ({
  ...log.figures(windowMs, now, organ),
  ...{ idle: 1, busy: 2, threads: 3, stuck_threads: 0, lag_ms: now, rss_mb: 50 },
  agents: { n: 3, capability: 1.5, tasks: 7, memory_writes: 2 },
});

test('runs of the window count, by how they ended; those told to stop say nothing about times', () => {
  const log = new RunLog(0);
  log.add(run(), 1000);
  log.add(run({ ms: 200, attempt: 2 }), 50_000);
  log.add(run({ end: 'handed_back', ms: 9000 }), 50_000);
  log.add(run({ organ: 'other', end: 'error' }), 50_000);
  expect(figuresOf(reportOf(log, 70_000))).toMatchObject({
    covered_s: 60,
    counters: { runs: 3, respawns: 1, by_end: { ok: 1, error: 1, handed_back: 1, killed: 0 } },
  });
  expect(figuresOf(reportOf(log, 70_000, 60_000, 'other'))).toMatchObject({ counters: { runs: 1 } });
  expect(figuresOf(reportOf(log, 70_000, 60_000, 'o')).p99_ms).toBeLessThan(221);
});

test('a replica that has only just begun says how little it knows', () => {
  expect(figuresOf(reportOf(new RunLog(5000), 8000))).toMatchObject({ covered_s: 3, p50_ms: null });
});

test('what is forgotten is no longer claimed to be known', () => {
  const log = new RunLog(0);
  for (let n = 0; n < 20_000; n++) log.add(run(), n);
  const figures = log.figures(60_000, 20_000);
  expect([figures.by_end['ok'], figures.covered_ms]).toEqual([10_000, 20_000 - 9999]);
});

test('two replicas together: sums, the shortest memory, the longest delay', () => {
  const [one, other] = [new RunLog(0), new RunLog(0)];
  one.add(run(), 1);
  other.add(run({ skill: 'sing', end: 'error' }), 1);
  const merged = mergeReports([reportOf(one, 10_000), reportOf(other, 4000)]);
  expect(merged).toMatchObject({
    covered_ms: 4000,
    lag_ms: 10_000,
    rss_mb: 100,
    by_end: { ok: 1, error: 1 },
    by_skill: { wait: { runs: 1, ok: 1 }, sing: { runs: 1, ok: 0 } },
    agents: { n: 6, tasks: 14 },
  });
});
