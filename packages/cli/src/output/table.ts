import { clip, padLeft, padRight, widthOf } from './text-width.ts';

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Columns with a higher number give way first when the table is too wide; 0 never does. */
  readonly yields?: number;
}

/** What is shown, and how wide it may be. */
export interface TableLayout {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of the terminal; without it nothing is cut. */
  readonly width?: number | undefined;
}

const gap = 2;
const narrowest = 6;

/** The lines of a table: a heading, then one line per row; too wide columns are cut, those that yield most first. */
export function tableLines({ columns, rows, width }: TableLayout): string[] {
  const natural = columns.map((column, at) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const widths = width === undefined ? natural : fitted(columns, natural, width);
  const line = (cells: readonly string[]) =>
    columns
      .map((column, at) => cell(column, cells[at] ?? '', widths[at] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)];
}

function cell({ align }: Column, text: string, width: number): string {
  const shown = clip(text.replaceAll(/\s*\n\s*/g, ' '), width);
  return align === 'right' ? padLeft(shown, width) : padRight(shown, width);
}

/** Takes what is too much from the columns that yield, the most yielding first, each down to the narrowest width. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1) - width;
  const order = columns
    .map((column, at) => ({ at, yields: column.yields ?? 0 }))
    .filter(({ yields }) => yields > 0)
    .sort((a, b) => b.yields - a.yields);
  for (const { at } of order) {
    const given = Math.min(Math.max(0, excess), Math.max(0, (widths[at] ?? 0) - narrowest));
    widths[at] = (widths[at] ?? 0) - given;
    excess -= given;
  }
  return widths;
}
