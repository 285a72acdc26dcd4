import { clip, padLeft, padRight, widthOf } from './text-width.ts';

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** True for columns that may be cut when the table is too wide. */
  readonly yields?: boolean;
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

/** The lines of a table: a heading, then one line per row; when it is too wide, the widest of those that yield are cut. */
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

/** Takes what is too much from the widest of the columns that yield, down to the narrowest width each. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, one) => sum + one, 0) + gap * (columns.length - 1);
  for (let excess = total() - width; excess > 0; excess--) {
    const widest = columns.reduce(
      (best, { yields }, at) => (yields && (widths[at] ?? 0) > (widths[best] ?? 0) ? at : best),
      -1,
    );
    if ((widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
