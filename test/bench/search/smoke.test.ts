import { expect, test } from 'vitest';
import { run } from '../../support/program.ts';

test('the benchmark of searches runs', async () => {
  const { code, stdout } = await run(process.execPath, ['test/bench/search/main.ts', '--quick']);
  expect(stdout).toMatch(/500 documents +\d/);
  expect(code).toBe(0);
});
