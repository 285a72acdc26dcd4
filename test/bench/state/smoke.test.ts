import { expect, test } from 'vitest';
import { run } from '../../support/program.ts';

test('the measurement of what a replica of state holds runs', async () => {
  const { code, stdout } = await run(process.execPath, ['test/bench/state/main-memory.ts', '--quick']);
  expect(stdout).toMatch(/evicted against their worth +0 +0/);
  expect(code).toBe(0);
});

test('the benchmark of reads of items runs', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['test/bench/state/main-items.ts', '--quick']);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/ratio +\d/);
});
