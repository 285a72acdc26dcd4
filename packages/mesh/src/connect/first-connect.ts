import { type Clock, delay } from '@seedcore/protocol';
import type { ConnectOptions } from './connect-options.ts';
import { isRejection, rejected, unreachable } from './unreachable.ts';

/** Waits before the second to the seventh try, in ms. */
export const FIRST_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000] as const;

/**
 * The first connection: one try and six more.
 *
 * @throws MeshError `not_connected` after the last try, `forbidden` at once when the broker says no
 */
export async function firstConnect<T>(dial: () => Promise<T>, options: ConnectOptions, clock: Clock): Promise<T> {
  const startedAt = clock.now();
  let lastError: unknown;
  for (const waitMs of [0, ...FIRST_WAITS_MS]) {
    if (waitMs > 0) await delay(clock, waitMs);
    try {
      return await dial();
    } catch (error) {
      if (isRejection(error)) throw rejected(options, error);
      lastError = error;
    }
  }
  throw unreachable(options, { tries: FIRST_WAITS_MS.length + 1, elapsedMs: clock.now() - startedAt, lastError });
}
