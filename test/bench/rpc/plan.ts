import type { Contender } from './contenders.ts';
import { type PayloadName, payloadNames } from './payloads.ts';

/** One load: what is sent, and how many calls are under way. */
export type Cell = { readonly payload: PayloadName; readonly inFlight: number };

/** What is run. */
export type Plan = {
  readonly cells: readonly Cell[];
  readonly sliceMs: number;
  readonly warmUp: number;
  readonly measured: number;
  /** How often a slice disturbed by others is repeated. */
  readonly repeats: number;
};

/** All payloads, from one call at a time to many. */
export const fullPlan: Plan = {
  cells: payloadNames.flatMap((payload) => [1, 32, 256].map((inFlight) => ({ payload, inFlight }))),
  sliceMs: 2_000,
  warmUp: 2,
  measured: 5,
  repeats: 3,
};

/** Shows that everything runs; its figures mean nothing. */
export const quickPlan: Plan = {
  cells: [
    { payload: '0 B', inFlight: 1 },
    { payload: '300 B', inFlight: 32 },
    { payload: '16 KiB', inFlight: 32 },
  ],
  sliceMs: 50,
  warmUp: 0,
  measured: 2,
  repeats: 0,
};

/** The contenders of one round: A B, then B A, and so on, so that a drift of the machine hits all alike. */
export function turn<T>(contenders: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? contenders : contenders.toReversed();
}

/** Whether a contender sends this payload. */
export const takesPart = ({ payloads }: Contender, { payload }: Cell): boolean => payloads?.includes(payload) ?? true;
