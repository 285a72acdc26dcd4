import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Ledger } from '../../tasks/ledger.ts';
import type { Receiver } from '../../tasks/receiver.ts';
import type { CrashRow } from './crash-row.ts';

/** What of the world outside a row may look at. */
export type Outside = { readonly receiver: Receiver; readonly ledger: Ledger };
/** One crash: what is on disk after it, what becomes of it, and the proof of both. */
export type Crash = {
  readonly disk: string;
  readonly after: string;
  readonly show: (row: CrashRow, outside: Outside) => Promise<void>;
};
/** What may happen at one point. */
export type Crashes = readonly [Crash, ...Crash[]];

/** A task of two steps, each an effect at a receiver that knows keys. */
export const steps = { type: 'steps' };

/** The two steps of a task were done once each, and its result tells so. */
export function expectSteps(row: CrashRow, { receiver }: Outside, id = row.id): unknown {
  const [fetched, sent] = [receiver.answers.get(`${id}/fetch`), receiver.answers.get(`${id}/send`)];
  expect([fetched, sent]).toEqual([expect.any(String), expect.any(String)]);
  return [fetched, sent];
}

/** Resolves when the record says so. */
export const inState = (row: CrashRow, state: string): Promise<true> =>
  until(`it to be ${state}`, async () => ((await row.record())?.state === state ? true : undefined));
