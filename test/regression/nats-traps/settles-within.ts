import { setTimeout as pause } from 'node:timers/promises';

/** True when a promise settles, either way, within `ms`. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const settled = work.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, pause(ms, false)]);
}
