import { setTimeout as after } from 'node:timers/promises';

/** Milliseconds on this process's monotonic clock. */
export function monotonicMs(): number {
  return performance.now();
}

/** Resolves after `ms` milliseconds. */
export async function pause(ms: number): Promise<void> {
  await after(ms);
}

/** Asks every 20 ms until there is an answer; `undefined` when `withinMs` have passed without one. */
export async function until<T>(ask: () => Promise<T | undefined>, withinMs: number): Promise<T | undefined> {
  const deadline = monotonicMs() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || monotonicMs() >= deadline) return answer;
    await pause(20);
  }
}
