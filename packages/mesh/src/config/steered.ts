import type { Adjustable, BreakerPolicy, StackPolicy } from '@seedcore/resilience';
import { defaultThrottle } from '@seedcore/resilience';
import type { CallerKnobValues } from './caller-knobs.ts';

/** The policies of a target whose client gave it `given`, with what operators set in place of it. */
export function steered(given: StackPolicy, knobs: CallerKnobValues): Partial<Adjustable> {
  const { deadline_ms, attempts, hedge, bulkhead, bulkhead_queue, throttle } = knobs;
  return {
    deadlineMs: deadline_ms ?? given.deadlineMs,
    retry: attempts === undefined ? given.retry : { ...given.retry, max: attempts },
    hedge: hedge === undefined ? given.hedge : hedge === 'on',
    bulkhead: { limit: bulkhead ?? given.bulkhead.limit, queue: bulkhead_queue ?? given.bulkhead.queue },
    throttle: throttle === undefined ? given.throttle : throttled(throttle, given.throttle),
    breaker: opened(given.breaker, knobs),
    instanceBreaker: opened(given.instanceBreaker, knobs),
  };
}

/** Switched on, it is as its client wanted it, or else as usual. */
function throttled(word: 'on' | 'off', given: StackPolicy['throttle']): StackPolicy['throttle'] {
  if (word === 'off') return 'off';
  return given === 'off' ? defaultThrottle : given;
}

function opened(given: BreakerPolicy, knobs: CallerKnobValues): BreakerPolicy {
  const openMs = knobs.breaker_open_ms ?? given.openMs;
  return {
    ...given,
    run: knobs.breaker_run ?? given.run,
    failedShare: knobs.breaker_failed_share ?? given.failedShare,
    openMs,
    openCapMs: Math.max(openMs, given.openCapMs),
  };
}
