import { delay, MeshError } from '@seedcore/protocol';
import { contestPauseMs } from '../record/contest-pause.ts';
import { isStorageFull } from '../storage-full.ts';
import type { Broker } from './broker.ts';

/** A change of leader takes ten seconds. */
export const PATIENCE_MS = 15_000;

/** What is waited out, and until when by the monotonic clock. */
export type Patience = {
  readonly endsAt: number;
  /** Also an answer that never came: for work that may be done twice and counts once. */
  readonly repeatable?: boolean;
  /** False when nobody waits for others to make room. */
  readonly waitForRoom?: boolean | undefined;
};

/** Tries again while the broker refuses for the moment, as it does during a change of leader. */
export async function patiently<R>(
  { clock, random }: Pick<Broker, 'clock' | 'random'>,
  { endsAt, repeatable = false, waitForRoom = true }: Patience,
  work: () => Promise<R>,
): Promise<R> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const passing =
        error instanceof MeshError && (error.code === 'unavailable' || (repeatable && error.code === 'timeout'));
      if (!passing || clock.now() >= endsAt || (!waitForRoom && isStorageFull(error))) throw error;
      await delay(clock, 100 + 10 * contestPauseMs(random, tries));
    }
  }
}
