import { setTimeout as pause } from 'node:timers/promises';

/** True when a promise settles, either way, within `ms`. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  const over = new AbortController();
  const late = pause(ms, false, { signal: over.signal }).catch(() => false);
  return Promise.race([settled, late]).finally(() => over.abort());
}
