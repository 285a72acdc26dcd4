import type { PhaseRow } from './tally.ts';

const headings = [
  'policies',
  'calls',
  'success',
  'p95 ms',
  'attempts per call',
  'hedges',
  'failed with',
  'breaker',
  'opened',
  'ejected',
];

/** The table of the drill, one line per phase. */
export function drillLines(rows: readonly PhaseRow[]): readonly string[] {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf(row: PhaseRow): readonly string[] {
  const failures = Object.entries(row.failures).map(([code, count]) => `${code} ${count}`);
  return [
    row.phase,
    String(row.calls),
    `${(100 * row.successRate).toFixed(1)} %`,
    row.p95Ms.toFixed(0),
    row.attemptsPerCall.toFixed(2),
    String(row.hedges),
    failures.join(', ') || '-',
    row.breaker,
    row.opened.join(', ') || '-',
    row.ejected.join(', ') || '-',
  ];
}
