/** Failures in a row that open it. */
export const OPENS_AT = 6;
/** How long it stays open, in ms. */
export const OPEN_MS = 300_000;
/** While a probe runs, another look is worth it after so long at most, in ms: it may end at any time. */
export const LOOK_AGAIN_MS = 10_000;
/** Probes in a row that close it. */
export const CLOSES_AT = 2;

/**
 * The breaker of one skill in one organ, the same for all replicas.
 *
 * 1. The sixth failure in a row opens it for 300 s; while it is open nothing runs.
 * 2. After that one run at a time is let through, as a probe; a failed one opens it again, the second good one closes it.
 * 3. A closed one has forgotten: six failures are needed again.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly untilMs: number }
  | { readonly state: 'half_open'; readonly good: number; readonly probe: Probe | undefined };

/** The one run that is let through, until when it holds the place. */
export type Probe = { readonly run: string; readonly untilMs: number };

/** A breaker nobody has heard of. */
export const closedBreaker: Breaker = { state: 'closed', failures: 0 };

/** Whether a run may begin; a breaker that is to be kept, or how long to wait, in ms. */
export type Admission =
  | { readonly go: true; readonly next?: Breaker }
  | { readonly go: false; readonly waitMs: number };

/**
 * Asks for a run, in wall-clock ms.
 *
 * @param leaseMs how long a probe holds its place: as long as it may run
 */
export function admit(
  breaker: Breaker,
  by: { readonly run: string; readonly now: number; readonly leaseMs: number },
): Admission {
  if (breaker.state === 'closed') return { go: true };
  const probe = { run: by.run, untilMs: by.now + by.leaseMs };
  if (breaker.state === 'open') {
    if (by.now < breaker.untilMs) return { go: false, waitMs: breaker.untilMs - by.now };
    return { go: true, next: { state: 'half_open', good: 0, probe } };
  }
  const held = breaker.probe;
  if (held === undefined || held.untilMs <= by.now) return { go: true, next: { ...breaker, probe } };
  if (held.run === by.run) return { go: true };
  return { go: false, waitMs: Math.min(held.untilMs - by.now, LOOK_AGAIN_MS) };
}

/** How a run counts: a failure of its agent, or of something else, or no failure. */
export type BreakerEnd = 'good' | 'bad' | 'neither';

/** The breaker after a run; the same one when nothing changes. */
export function afterEnd(
  breaker: Breaker,
  by: { readonly run: string; readonly end: BreakerEnd; readonly now: number },
): Breaker {
  const open = { state: 'open', untilMs: by.now + OPEN_MS } as const;
  if (breaker.state === 'closed') {
    if (by.end === 'neither' || (by.end === 'good' && breaker.failures === 0)) return breaker;
    const failures = by.end === 'good' ? 0 : breaker.failures + 1;
    return failures >= OPENS_AT ? open : { state: 'closed', failures };
  }
  // Runs that had begun before it opened say nothing about now.
  if (breaker.state === 'open' || breaker.probe?.run !== by.run) return breaker;
  if (by.end === 'bad') return open;
  const good = breaker.good + (by.end === 'good' ? 1 : 0);
  return good >= CLOSES_AT ? closedBreaker : { state: 'half_open', good, probe: undefined };
}
