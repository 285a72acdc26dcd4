import { type Checker, eventsOf } from './history.ts';

/** Width of the window in ms, and what it may hold. */
const WINDOW_MS = 10_000;
const PER_CALL = 1.2;
const FLOOR = 3;

/** M4: in any ten seconds a caller makes at most 1.2 attempts per call to a target, and 3 more. */
export const attemptsBounded: Checker = (history) => {
  const calls = byPair(eventsOf(history, 'call_started'));
  const attempts = byPair(eventsOf(history, 'attempt'));
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

/** A window that begins with an attempt holds as many as any other; its calls are those of its attempts, begun before. */
function excess(pair: string, attempts: readonly number[], calls: readonly number[]): readonly string[] {
  for (const from of attempts) {
    const within = (at: number) => at >= from && at < from + WINDOW_MS;
    const made = attempts.filter(within).length;
    // An attempt ends later than its call began: calls of the window before count as well.
    const begun = calls.filter((at) => at >= from - WINDOW_MS / 2 && at < from + WINDOW_MS).length;
    if (made > PER_CALL * begun + FLOOR) return [`M4: ${pair}: ${made} attempts for ${begun} calls from ${from} on`];
  }
  return [];
}
