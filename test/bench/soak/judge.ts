import type { Census } from './census.ts';

/** What is counted, and by how much it may be more at the end than it was: what is not held at rest may not be at all. */
const BOUNDS: Readonly<Record<keyof Census, number>> = {
  // The optimiser and its caches go on settling; a leak of 16 bytes a call is more than that within ten minutes.
  heap_kb: 6_144,
  listeners: 0,
  // One of a wait that has just begun, one of a beat.
  timers: 2,
  slots: 1,
  handlers: 0,
  // Labels come from closed sets, but a breaker may open for the first time late, and brings its own.
  series: 24,
};

const COUNTED: readonly (keyof Census)[] = ['heap_kb', 'listeners', 'timers', 'slots', 'handlers', 'series'];

/** The same process after the first minute and at the end. */
export type Compared = { readonly process: string; readonly first: Census; readonly last: Census };

/** One line of the table. */
export type SoakRow = {
  readonly process: string;
  readonly counted: keyof Census;
  readonly first: number;
  readonly last: number;
  readonly bound: number;
  readonly kept: boolean;
};

/** Judges every figure of every process. */
export function soakRows(compared: readonly Compared[]): readonly SoakRow[] {
  return compared.flatMap(({ process, first, last }) =>
    COUNTED.map((counted) => {
      const bound = BOUNDS[counted];
      const kept = last[counted] - first[counted] <= bound;
      return { process, counted, first: first[counted], last: last[counted], bound, kept };
    }),
  );
}

/** The rows as cells, with a head. */
export function soakCells(rows: readonly SoakRow[]): readonly (readonly string[])[] {
  const cells = rows.map(({ process, counted, first, last, bound, kept }) => [
    ...[process, counted.replace('_kb', ', KB'), String(first), String(last), signed(last - first), `≤ +${bound}`],
    kept ? 'ok' : 'GREW',
  ]);
  return [['process', 'counted', 'first', 'last', 'more', 'bound', ''], ...cells];
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
