import type { ClientOptions } from '@seedcore/mesh';
import {
  type BreakerPolicy,
  defaultBreaker,
  defaultBulkhead,
  defaultRetry,
  defaultThrottle,
} from '@seedcore/resilience';

/** One way to call the same downstream. */
export type Phase = { readonly name: string; readonly options: ClientOptions };

const NEVER = 1_000_000;
const neverOpens: BreakerPolicy = { ...defaultBreaker, run: NEVER, minSettled: NEVER };

/** Every policy made neutral: whoever takes the call, once, with all the room there is. */
const none: ClientOptions = {
  choice: 'queue',
  retry: { ...defaultRetry, max: 1 },
  breaker: neverOpens,
  instanceBreaker: neverOpens,
  throttle: { k: NEVER, criticalK: NEVER },
  bulkhead: { limit: NEVER, queue: 0 },
};

/** What each phase switches on beside all that came before. */
const steps = (deadlineMs: number): readonly Phase[] => [
  { name: 'none', options: none },
  { name: '+ deadline', options: { deadlineMs } },
  { name: '+ retry with budget', options: { retry: defaultRetry } },
  { name: '+ choice by load', options: { choice: 'instance' } },
  { name: '+ breakers with ejection', options: { breaker: defaultBreaker, instanceBreaker: defaultBreaker } },
  { name: '+ bulkhead and throttle', options: { bulkhead: defaultBulkhead, throttle: defaultThrottle } },
  { name: '+ hedge', options: { hedge: true } },
];

/**
 * The phases of the drill: each policy is switched on after the other, and stays on.
 *
 * @param deadlineMs of a call, once there is a deadline of the caller's own; before, the contract's 3 s hold
 */
export const phases = (deadlineMs: number): readonly Phase[] =>
  steps(deadlineMs).map(({ name }, last, all) => ({
    name,
    options: Object.assign({}, ...all.slice(0, last + 1).map(({ options }) => options)),
  }));
