import type { Surroundings } from '../surroundings.ts';
import { type Column, tableLines } from './table.ts';

/** Prints a value for machines, on one line. */
export function printJson({ out }: Surroundings, value: unknown): void {
  out(JSON.stringify(value));
}

/** Prints a value for people: JSON over several lines. */
export function printValue({ out }: Surroundings, value: unknown): void {
  out(typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? ''));
}

/** Prints a table that fits the terminal, its heading in bold. */
export function printTable(
  { out, styles, width }: Surroundings,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void {
  const [heading = '', ...lines] = tableLines({ columns, rows, width });
  out(styles.bold(heading));
  for (const line of lines) out(line);
}
