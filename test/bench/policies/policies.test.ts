import { expect, test } from 'vitest';
import { run } from '../../support/program.ts';
import { type PolicyRow, policyCells, policyRows } from './judge.ts';

test('mesh.A27: a quick run measures the policies with and without instances, and judges nothing', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['test/bench/policies/main.ts', '--quick', '--json']);
  expect(code, stderr).toBe(0);
  const rows: readonly PolicyRow[] = JSON.parse(stdout);
  expect(rows.map(({ name }) => name).filter((name) => name !== 'cockatiel')).toEqual([
    'policies',
    'policies and instances',
  ]);
  for (const { cpuNs, bytes, judged } of rows) {
    expect(judged).toEqual([]);
    expect([cpuNs, bytes]).toEqual([expect.any(Number), expect.any(Number)]);
  }
});

test('what counts is the cost beyond the bare function, and cockatiel is compared with what does the same', () => {
  const costs = new Map([
    ['bare', [{ cpuNs: 100, bytes: 50 }]],
    ['policies', [{ cpuNs: 900, bytes: 460 }]],
    ['policies and instances', [{ cpuNs: 1_200, bytes: 400 }]],
    ['cockatiel', [{ cpuNs: 6_500, bytes: 4_050 }]],
  ]);
  expect(policyCells(policyRows(costs, true)).slice(1)).toEqual([
    ['policies', '800', '410', '≤ 1000 ns ok, ≤ 400 bytes MISSED, cockatiel ≥ 8 × ok'],
    ['policies and instances', '1100', '350', '≤ 1000 ns MISSED, ≤ 400 bytes ok'],
    ['cockatiel', '6400', '4000', '-'],
  ]);
});
