import { isMeshErrorCode, meshErrors } from '@seedcore/protocol';
import { type Checker, eventsOf, type MeshEvent } from './history.ts';

/** What a window of ten seconds may hold. */
const WINDOW_MS = 10_000;
const PER_CALL = 1.2;
const FLOOR = 3;
/** A budget that counts in whole seconds sees between nine and ten of them. */
const COUNTED_MS = 9_000;

/**
 * M4: in ten seconds a caller makes at most 1.2 attempts per call to a target, and 3 more. An attempt that an instance
 * refused and another one took over at once is one attempt, see S5.
 */
export const attemptsBounded: Checker = (history) => {
  const calls = byPair(eventsOf(history, 'call_started'));
  const made = eventsOf(history, 'attempt');
  const bounced = bouncedOf(made);
  const attempts = byPair(made.filter((one) => !bounced.has(one)).map((one) => ({ ...one, at: one.startedAt })));
  const violations = [...attempts].flatMap(([pair, times]) => excess(pair, times, calls.get(pair) ?? []));
  const retried = eventsOf(history, 'attempt').filter(({ n }) => n > 1).length;
  return { violations, sometimes: retried };
};

type Attempt = Extract<MeshEvent, { kind: 'attempt' }>;

/** Those that went on at another instance: one for each attempt, so that one which goes on and on is seen. */
function bouncedOf(attempts: readonly Attempt[]): ReadonlySet<Attempt> {
  const refused = attempts.filter(({ code }) => isRefusal(code));
  const tookOver = new Set<Attempt>();
  const bounced = new Set<Attempt>();
  for (const one of refused) {
    if (tookOver.has(one)) continue;
    const isFree = (other: Attempt) => other !== one && !tookOver.has(other) && !bounced.has(other);
    const next = attempts.find((other) => isFree(other) && follows(other, one));
    if (next === undefined) continue;
    bounced.add(one);
    tookOver.add(next);
  }
  return bounced;
}

const follows = (next: Attempt, { caller, target, n, at }: Attempt): boolean =>
  next.startedAt === at && next.n === n && next.target === target && next.caller === caller;

const isRefusal = (code: string): boolean =>
  isMeshErrorCode(code) && meshErrors[code].kind === 'not_run' && meshErrors[code].breaker === 'soft';

type Timed = { readonly at: number; readonly caller: string; readonly target: string };

function byPair(events: readonly Timed[]): ReadonlyMap<string, readonly number[]> {
  const pairs = new Map<string, number[]>();
  for (const { at, caller, target } of events) {
    const pair = `${caller} to ${target}`;
    pairs.set(pair, [...(pairs.get(pair) ?? []), at]);
  }
  return pairs;
}

/** A window that begins with an attempt holds as many as any other. */
function excess(pair: string, attempts: readonly number[], calls: readonly number[]): readonly string[] {
  for (const from of attempts) {
    const to = from + COUNTED_MS;
    const made = attempts.filter((at) => at >= from && at < to).length;
    const begun = calls.filter((at) => at >= to - WINDOW_MS && at < to).length;
    // Granted while less than that is used: the last one may pass it by a fraction.
    if (made >= PER_CALL * begun + FLOOR + 1)
      return [`M4: ${pair}: ${made} attempts for ${begun} calls from ${from} on`];
  }
  return [];
}
