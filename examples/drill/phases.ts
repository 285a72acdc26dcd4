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

/** Of a call, once there is a deadline of the caller's own, in ms; before, the contract's 3 s hold. */
const DEADLINE_MS = 1_000;
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
const steps: readonly Phase[] = [
  { name: 'none', options: none },
  { name: '+ deadline', options: { deadlineMs: DEADLINE_MS } },
  { name: '+ retry with budget', options: { retry: defaultRetry } },
  { name: '+ choice by load', options: { choice: 'instance' } },
  { name: '+ breakers with ejection', options: { breaker: defaultBreaker, instanceBreaker: defaultBreaker } },
  { name: '+ bulkhead and throttle', options: { bulkhead: defaultBulkhead, throttle: defaultThrottle } },
  { name: '+ hedge', options: { hedge: true } },
];

/** The phases of the drill: each policy is switched on after the other, and stays on. */
export const phases: readonly Phase[] = steps.map(({ name }, last) => ({
  name,
  options: Object.assign({}, ...steps.slice(0, last + 1).map(({ options }) => options)),
}));
