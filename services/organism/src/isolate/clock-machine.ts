import type { Clock } from '@seedcore/protocol';

/** Time inside a thread: the machine's own. */
export const machineClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, Math.max(0, ms));
    return { cancel: () => clearTimeout(timer) };
  },
};
