import type { Cell } from './plan.ts';
import { median, type Ratio, ratioOf } from './ratio.ts';
import { disturbed, type Series } from './run-bench.ts';
import { type Bound, comparisons, keeps, type Measure, measures } from './targets.ts';

/** A bound, and what became of it. */
export type Judged = Bound & { readonly kept: boolean };
/** Two contenders under one load. */
export type Row = {
  readonly cell: Cell;
  readonly ours: string;
  readonly theirs: string;
  /** Calls per second: the only absolute figures, for orientation. */
  readonly rates: readonly [number, number];
  readonly ratios: Readonly<Record<Measure, Ratio>>;
  readonly judged: readonly Judged[];
  /** Slices that others disturbed to the end. */
  readonly disturbed: number;
};

/** Every comparison of which both sides were measured; a quick run shows figures that mean nothing and judges none. */
export function rowsOf(series: readonly Series[], judge: boolean): readonly Row[] {
  const find = (cell: Cell, name: string) => series.find((one) => one.cell === cell && one.contender === name);
  const cells = [...new Set(series.map(({ cell }) => cell))];
  return cells.flatMap((cell) =>
    comparisons.flatMap(({ ours, theirs, bounds }) => {
      const [our, their] = [find(cell, ours), find(cell, theirs)];
      return our === undefined || their === undefined ? [] : [rowOf(our, their, judge ? bounds(cell) : [])];
    }),
  );
}

function rowOf(our: Series, their: Series, bounds: readonly Bound[]): Row {
  const of = ({ slices }: Series, measure: Measure) => slices.map((slice) => slice[measure]);
  const ratios = {} as Record<Measure, Ratio>;
  for (const measure of measures) ratios[measure] = ratioOf(of(our, measure), of(their, measure));
  return {
    cell: our.cell,
    ours: our.contender,
    theirs: their.contender,
    rates: [median(of(our, 'rate')), median(of(their, 'rate'))],
    ratios,
    judged: bounds.map((bound) => ({ ...bound, kept: keeps(bound, ratios[bound.measure].median) })),
    disturbed: [...our.slices, ...their.slices].filter(disturbed).length,
  };
}

/** Bounds that were missed, in words. */
export function missed(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ cell, ours, theirs, judged, ratios }) =>
    judged
      .filter(({ kept }) => !kept)
      .map(({ measure, value }) => {
        const what = `${ours} against ${theirs}, ${cell.inFlight} in flight, ${cell.payload}`;
        return `${what}: ${measure} ${figure(ratios[measure].median)}, must be ${sign(measure)} ${value}`;
      }),
  );
}

const headings = ['in flight', 'payload', 'ours', 'against', 'calls/s', ...measures, 'target', 'disturbed'];

/** The table people read: ratios of medians with the spread of the rate, targets beside them. */
export function reportLines(rows: readonly Row[]): readonly string[] {
  const cells = rows.map((row) => [
    String(row.cell.inFlight),
    row.cell.payload,
    row.ours,
    row.theirs,
    row.rates.map((rate) => Math.round(rate).toLocaleString('en')).join(' : '),
    ...measures.map((measure) => shown(measure, row.ratios[measure])),
    row.judged.map(targetText).join(', ') || '-',
    String(row.disturbed),
  ]);
  return aligned([headings, ...cells]);
}

/** The rows of a table, each column as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const figure = (ratio: number): string => ratio.toFixed(2);
const sign = (measure: Measure): string => (measure === 'rate' ? '≥' : '≤');

function shown(measure: Measure, { median: middle, least, most }: Ratio): string {
  return measure === 'rate' ? `${figure(middle)} (${figure(least)}–${figure(most)})` : figure(middle);
}

function targetText({ measure, value, kept }: Judged): string {
  return `${measure} ${sign(measure)} ${value} ${kept ? 'ok' : 'MISSED'}`;
}
