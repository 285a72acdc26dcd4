import type { Cell } from './plan.ts';

/** What is compared. All but the rate are the better the smaller. */
export const measures = ['rate', 'p50', 'p99', 'client CPU', 'server CPU', 'bytes'] as const;
/** One of them. */
export type Measure = (typeof measures)[number];

/** A ratio that must be kept: at least this for rates, at most this for all else. */
export type Bound = { readonly measure: Measure; readonly value: number };

/** Two contenders side by side. */
export type Comparison = {
  readonly ours: string;
  readonly theirs: string;
  readonly bounds: (cell: Cell) => readonly Bound[];
};

const at = ({ payload, inFlight }: Cell): string => `${inFlight}, ${payload}`;

const rate = (value: number): Bound => ({ measure: 'rate', value });
const p50 = (value: number): Bound => ({ measure: 'p50', value });
const p99 = (value: number): Bound => ({ measure: 'p99', value });
/** What a call costs its caller, wherever calls and not the round trip decide. */
const cost: readonly Bound[] = [
  { measure: 'client CPU', value: 0.7 },
  { measure: 'bytes', value: 1 },
];

const sameEncoding: Readonly<Record<string, readonly Bound[]>> = {
  '1, 300 B': [rate(0.95), p50(1.1)],
  '32, 300 B': [rate(1.5), p99(0.8), ...cost],
  '256, 300 B': [rate(2), p99(0.6), ...cost],
};
const only =
  (where: string, ...bounds: readonly Bound[]) =>
  (cell: Cell): readonly Bound[] =>
    at(cell) === where ? bounds : [];

/** Every pair, and what is asked of it. */
export const comparisons: readonly Comparison[] = [
  { ours: 'mesh JSON', theirs: 'raw JSON', bounds: (cell) => sameEncoding[at(cell)] ?? [] },
  { ours: 'mesh MessagePack', theirs: 'raw msgpackr', bounds: (cell) => sameEncoding[at(cell)] ?? [] },
  { ours: 'mesh JSON', theirs: 'lean JSON', bounds: () => [] },
  { ours: 'mesh MessagePack', theirs: 'raw JSON', bounds: only('32, 16 KiB', rate(1.1), p99(1.1)) },
  { ours: 'plain JSON', theirs: 'plain MessagePack', bounds: only('32, 300 B', rate(0.9)) },
  { ours: 'mesh traced', theirs: 'mesh MessagePack', bounds: (cell) => (cell.inFlight === 1 ? [] : [rate(0.95)]) },
  { ours: 'mesh JSON', theirs: 'Moleculer', bounds: only('256, 300 B', rate(1.4)) },
  { ours: 'mesh JSON', theirs: 'NestJS', bounds: only('256, 300 B', rate(2.5)) },
  { ours: 'mesh JSON', theirs: 'HTTP', bounds: only('256, 300 B', rate(4)) },
];

/** Whether a ratio keeps its bound. */
export function keeps({ measure, value }: Bound, ratio: number): boolean {
  return measure === 'rate' ? ratio >= value : ratio <= value;
}
