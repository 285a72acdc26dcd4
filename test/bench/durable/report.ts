import { median, type Ratio, ratioOf } from '../rpc/ratio.ts';
import { aligned } from '../rpc/report.ts';
import type { Cell } from './plan.ts';
import { disturbed, type Series } from './series.ts';
import { type Comparison, comparisons, keeps, type Measure, measureNames, measures, type Target } from './targets.ts';

/** One line of the table. */
export type Row = {
  readonly cell: Cell;
  readonly measure: Measure;
  readonly ours: string;
  readonly theirs: string;
  /** Medians of the rounds. */
  readonly figures: readonly [number, number];
  readonly ratio: Ratio;
  readonly judged: (Target & { readonly kept: boolean }) | undefined;
  /** Rounds of the two that others disturbed to the end. */
  readonly disturbed: number;
};

/** Compares what was measured in the same run; without `judge` it only shows. */
export function rowsOf(series: readonly Series[], judge: boolean): readonly Row[] {
  const find = (cell: Cell, name: string) => series.find((one) => one.cell === cell && one.contender === name);
  const cells = [...new Set(series.map(({ cell }) => cell))];
  return cells.flatMap((cell) =>
    comparisons.flatMap((comparison) => {
      const [our, their] = [find(cell, comparison.ours), find(cell, comparison.theirs)];
      if (our === undefined || their === undefined) return [];
      return measureNames.flatMap((measure) => rowOf(measure, { our, their, comparison, judge }) ?? []);
    }),
  );
}

type Pair = {
  readonly our: Series;
  readonly their: Series;
  readonly comparison: Comparison;
  readonly judge: boolean;
};

/** Undefined for what was not measured under this load. */
function rowOf(measure: Measure, { our, their, comparison, judge }: Pair): Row | undefined {
  const of = ({ rounds }: Series) => rounds.flatMap(({ figures }) => figures[measure] ?? []);
  const [ours, theirs] = [of(our), of(their)];
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const ratio = ratioOf(ours, theirs);
  const { cell } = our;
  const target = judge ? comparison.target(measure, cell) : undefined;
  const figures = [median(ours), median(theirs)] as const;
  const kept = target && keeps(target, { ratio: ratio.median, ours: figures[0] });
  return {
    cell,
    measure,
    ours: our.contender,
    theirs: their.contender,
    figures,
    ratio,
    judged: target && { ...target, kept: kept === true },
    disturbed: [...our.rounds, ...their.rounds].filter(disturbed).length,
  };
}

/** Targets that were missed, in words. */
export function missed(rows: readonly Row[]): readonly string[] {
  return rows
    .filter(({ judged }) => judged?.kept === false)
    .map((row) => {
      const { cell, ours, theirs, measure, ratio, figures, judged } = row;
      const where = `${ours} against ${theirs}, sync ${cell.durability}, ${cell.inFlight} in flight: ${measure}`;
      if (judged === undefined || 'leastRatio' in judged)
        return `${where} ${ratio.median.toFixed(2)}, must be ≥ ${judged?.leastRatio}`;
      return `${where} ${figures[0].toFixed(1)} ms, must be ≤ ${judged.mostMs} ms`;
    });
}

const headings = ['sync', 'in flight', 'what', 'ours', 'against', 'medians', 'ratio', 'target', 'disturbed'];

/** The table people read: medians, and their ratio with its spread, targets beside them. */
export function reportLines(rows: readonly Row[]): readonly string[] {
  const cells = rows.map(({ cell, measure, ours, theirs, figures, ratio, judged, ...row }) => [
    cell.durability,
    String(cell.inFlight),
    measure,
    ours,
    theirs,
    `${figures.map((figure) => shown(measure, figure)).join(' : ')} ${measures[measure]}`,
    `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`,
    judged === undefined ? '-' : targetText(judged),
    String(row.disturbed),
  ]);
  return aligned([headings, ...cells]);
}

const shown = (measure: Measure, figure: number): string =>
  measures[measure] === 'ms' ? figure.toFixed(2) : Math.round(figure).toLocaleString('en');

function targetText(judged: Target & { readonly kept: boolean }): string {
  const target = 'leastRatio' in judged ? `≥ ${judged.leastRatio}` : `≤ ${judged.mostMs} ms`;
  return `${target} ${judged.kept ? 'ok' : 'MISSED'}`;
}
