import { expect, test } from 'vitest';
import { run } from '../../support/program.ts';
import { type PolicyRow, policyCells, policyRows } from './judge.ts';

test('mesh.A27: a quick run measures the policies alone, with instances and around a function, and judges nothing', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['test/bench/policies/main.ts', '--quick', '--json']);
  expect(code, stderr).toBe(0);
  const rows: readonly PolicyRow[] = JSON.parse(stdout);
  expect(rows.map(({ name }) => name).filter((name) => name !== 'cockatiel')).toEqual([
    'policies',
    'policies and instances',
    'function in policies',
  ]);
  for (const { cpuNs, bytes, judged } of rows) {
    expect(judged).toEqual([]);
    expect([cpuNs, bytes]).toEqual([expect.any(Number), expect.any(Number)]);
  }
});

test('what counts is the cost beyond the other, and cockatiel is compared with what wraps the same function', () => {
  const subjects = [
    { name: 'policies', beyond: 'nothing' },
    { name: 'bare' },
    { name: 'function in policies', beyond: 'bare' },
    { name: 'cockatiel', beyond: 'bare' },
  ];
  const costs = new Map([
    ['nothing', [{ cpuNs: 100, bytes: 50 }]],
    ['policies', [{ cpuNs: 900, bytes: 460 }]],
    ['bare', [{ cpuNs: 200, bytes: 100 }]],
    ['function in policies', [{ cpuNs: 1_200, bytes: 400 }]],
    ['cockatiel', [{ cpuNs: 6_500, bytes: 4_050 }]],
  ]);
  expect(policyCells(policyRows({ subjects, costs }, true)).slice(1)).toEqual([
    ['policies', 'nothing', '800', '410', '≤ 1000 ns ok, ≤ 400 bytes MISSED'],
    ['function in policies', 'bare', '1000', '300', 'cockatiel ≥ 8 × MISSED'],
    ['cockatiel', 'bare', '6300', '3950', '-'],
  ]);
});
