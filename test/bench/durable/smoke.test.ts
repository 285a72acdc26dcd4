import { expect, test } from 'vitest';
import { root, run } from '../../support/program.ts';
import { quickPlan } from './plan.ts';
import type { Row } from './report.ts';

/** Longest time of a run on a busy machine, in ms; it only ends a hang. */
const PATIENCE_MS = 300_000;

test(
  'a quick run measures ours against JetStream alone under every load, and judges nothing',
  async () => {
    const { code, stdout, stderr } = await run(process.execPath, [
      `${root}test/bench/durable/main.ts`,
      '--quick',
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    const rows: readonly Row[] = JSON.parse(stdout).filter(({ ours }: Row) => ours === 'tasks');
    for (const { durability, inFlight } of quickPlan.cells)
      for (const theirs of ['raw work queue', 'raw stream']) {
        const seen = rows.filter(
          (row) => row.cell.durability === durability && row.cell.inFlight === inFlight && row.theirs === theirs,
        );
        const often = ['submit', 'submit p50', 'submit p99', 'work', 'flow'];
        const alone = ['start p50', 'wake p50', 'whole p50'];
        expect(seen.map(({ measure }) => measure).sort()).toEqual(
          [...often, ...(inFlight === 1 ? alone : ['keyed submit'])].sort(),
        );
      }
    for (const { figures, judged } of rows) {
      expect(judged).toBeUndefined();
      for (const figure of figures) expect(figure).toBeGreaterThan(0);
    }
  },
  PATIENCE_MS,
);
