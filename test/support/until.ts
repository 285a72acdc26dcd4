import { setTimeout as pause } from 'node:timers/promises';

/** Longest wait for anything, in ms: it only ends a hang, and its message says more than that of a test that took too long. */
export const PATIENCE_MS = 240_000;

/** Looks again every 50 ms until `look` gives something, at most `ms` long; says what it last saw when it gives up. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  ms = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + ms;
  let trouble: unknown;
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    await pause(50);
  }
  throw new Error(`gave up waiting for ${what} after ${ms} ms`, { cause: trouble });
}
