import { expect, test } from 'vitest';
import { run } from '../../support/program.ts';
import type { Census } from './census.ts';
import { type SoakRow, soakCells, soakRows } from './judge.ts';

/** Longest time of a run on a busy machine, in ms; it only ends a hang. */
const PATIENCE_MS = 300_000;

test(
  'mesh.A28: a quick soak with every kind of fault ends with nothing under way, and judges nothing else',
  async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['test/bench/soak/main.ts', '--quick', '--json']);
    expect(code, stderr).toBe(0);
    const { rows, ends }: { rows: readonly SoakRow[]; ends: Record<string, number> } = JSON.parse(stdout);
    expect(new Set(rows.map(({ process }) => process))).toEqual(new Set(['server 1', 'server 2', 'client']));
    for (const { process, counted, last } of rows)
      if (counted === 'handlers') expect([process, last]).toEqual([process, 0]);
    expect(Object.keys(ends)).toEqual(expect.arrayContaining(['ok', 'unwilling', 'cancelled', 'left']));
    expect(stderr).toMatch(/kills an instance\ntakes the broker away\n(.*\n)*counts\n(.*\n)*counts\n/);
  },
  PATIENCE_MS,
);

const census: Census = { heap_kb: 20_000, listeners: 5, timers: 3, slots: 0, handlers: 0, series: 100 };

test('what grew beyond its bound is shown, and what shrank is well', () => {
  const last = { ...census, heap_kb: 15_000, listeners: 6, timers: 5 };
  const rows = soakRows([{ process: 'client', first: census, last }]);
  expect(rows.filter(({ kept }) => !kept).map(({ counted }) => counted)).toEqual(['listeners']);
  expect(soakCells(rows).slice(0, 3)).toEqual([
    ['process', 'counted', 'first', 'last', 'more', 'bound', ''],
    ['client', 'heap, KB', '20000', '15000', '-5000', '≤ +6144', 'ok'],
    ['client', 'listeners', '5', '6', '+1', '≤ +0', 'GREW'],
  ]);
});
