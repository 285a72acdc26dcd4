import { type Checker, eventsOf } from './history.ts';

/** What a window of ten seconds may hold. */
const WINDOW_MS = 10_000;
const PER_CALL = 1.2;
const FLOOR = 3;
/** A budget that counts in whole seconds sees between nine and ten of them. */
const COUNTED_MS = 9_000;

/** M4: in ten seconds a caller makes at most 1.2 attempts per call to a target, and 3 more. */
export const attemptsBounded: Checker = (history) => {
  const calls = byPair(eventsOf(history, 'call_started'));
  const attempts = byPair(eventsOf(history, 'attempt').map((one) => ({ ...one, at: one.startedAt })));
  const violations = [...attempts].flatMap(([pair, times]) => excess(pair, times, calls.get(pair) ?? []));
  const retried = eventsOf(history, 'attempt').filter(({ n }) => n > 1).length;
  return { violations, sometimes: retried };
};

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
