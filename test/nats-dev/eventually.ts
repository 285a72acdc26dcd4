import { setTimeout as pause } from 'node:timers/promises';

/** Asks every 20 ms until `check` holds; fails when it does not within `withinMs`. */
export async function eventually(what: string, check: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(20);
  }
}
