import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/program.ts';

const CALLS = 60;
/** What the retry budget lets through at most, hedges included. */
const MOST_ATTEMPTS = 1.2 * CALLS + 3;

type Row = Readonly<Record<string, string>>;

/** The rows of a table whose columns are at least two spaces apart. */
function rowsOf(table: string): readonly Row[] {
  const [headings = [], ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  return rows.map((cells) => Object.fromEntries(headings.map((heading, column) => [heading, cells[column] ?? ''])));
}

const percent = (row: Row | undefined): number => Number.parseFloat(row?.['success'] ?? '');

describe('the drill, in small', () => {
  let rows: readonly Row[] = [];
  beforeAll(async () => {
    // All calls of a phase are under way within a second: on a busy machine they need longer than the usual deadline.
    const small = ['--seconds', '0.8', '--rate', String(CALLS / 0.8), '--deadline', '5'];
    const args = ['examples/drill/main.ts', ...small];
    const { code, stdout, stderr } = await run(process.execPath, args);
    expect(code, stderr).toBe(0);
    rows = rowsOf(stdout);
  });

  test('switches one policy on after the other, under the same load', () => {
    expect(rows.map((row) => [row['policies'], row['calls']])).toEqual(
      [
        'none',
        '+ deadline',
        '+ retry with budget',
        '+ choice by load',
        '+ breakers with ejection',
        '+ bulkhead and throttle',
        '+ hedge',
      ].map((phase) => [phase, String(CALLS)]),
    );
  });

  test('without policies calls fail, nothing is tried again, and nobody is left out', () => {
    expect(percent(rows[0])).toBeLessThan(100);
    expect(rows[0]).toMatchObject({ 'attempts per call': '1.00', hedges: '0', opened: '-', ejected: '-' });
  });

  test('with all policies no fewer calls succeed than with none', () => {
    expect(percent(rows.at(-1))).toBeGreaterThanOrEqual(percent(rows[0]));
  });

  test('mesh.S9: attempts stay within the retry budget in every phase', () => {
    for (const row of rows)
      expect(CALLS * Number(row['attempts per call']), row['policies']).toBeLessThanOrEqual(MOST_ATTEMPTS);
  });

  test('every call that failed is there with its code', () => {
    for (const row of rows) {
      const failed = [...(row['failed with'] ?? '').matchAll(/[a-z_]+ (\d+)/g)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
      expect(((CALLS - failed) / CALLS) * 100, row['policies']).toBeCloseTo(percent(row), 1);
    }
  });
});

test('a drill that cannot be is refused with the range', async () => {
  const { code, stderr } = await run(process.execPath, ['examples/drill/main.ts', '--rate', '0']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('--rate 0: must be a number from 1 to 2000')]);
});
