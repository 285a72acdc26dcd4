import { type Checker, type EventOf, eventsOf, type History } from './history.ts';

/** What the documented breaker promises. */
const RUN = 5;
const MIN_SETTLED = 10;
const FAILED_SHARE = 0.5;
/** The window is ten whole seconds, the one that runs included. */
const WINDOW_S = 10;
const PROBES = 3;
const CLOSED_WITHIN_MS = 1_000;

/**
 * How codes count, written down here a second time on purpose: a checker that read the table of the code under test
 * would believe whatever that says.
 */
const HARD: ReadonlySet<string> = new Set(['timeout', 'deadline_exceeded', 'internal', 'bad_reply']);
const SOFT: ReadonlySet<string> = new Set(['no_responder', 'overloaded', 'rate_limited', 'draining', 'unavailable']);

type Pair = { readonly name: string; readonly history: History; readonly all: History };

/**
 * M5: a breaker opens after five failures in a row or half of ten, and for nothing else; a bad request never moves it;
 * at most three probes at once; closed a second after its target has recovered and its time is over.
 */
export const breakersAreHonest: Checker = (history) => {
  const pairs = pairsOf(history);
  return {
    violations: pairs.flatMap((pair) => [...openings(pair), ...probes(pair), ...closings(pair)]),
    sometimes: eventsOf(history, 'breaker').filter(({ to }) => to === 'open').length,
  };
};

function pairsOf(history: History): readonly Pair[] {
  const pairs = new Map<string, History[number][]>();
  for (const event of history) {
    if (event.kind !== 'attempt' && event.kind !== 'breaker' && event.kind !== 'breaker_refused') continue;
    const name = `${event.caller} to ${event.target}`;
    const own = pairs.get(name) ?? [];
    own.push(event);
    pairs.set(name, own);
  }
  return [...pairs].map(([name, own]) => ({ name, history: own, all: history }));
}

/** Replays the attempts; those of one instant may be told in any order, so a run is counted with the instant's own. */
function openings({ name, history }: Pair): readonly string[] {
  return eventsOf(history, 'breaker')
    .filter(({ to }, i, all) => to === 'open' && all[i - 1]?.to !== 'half_open')
    .filter((opened) => !justified(opened, history))
    .map(({ at }) => `M5: ${name} opened at ${at} without five failures in a row or half of ten`);
}

function justified(opened: EventOf<'breaker'>, history: History): boolean {
  const closedAt = eventsOf(history, 'breaker').findLast(({ to, at }) => to === 'closed' && at <= opened.at)?.at ?? 0;
  const settled = eventsOf(history, 'attempt').filter(
    ({ at, code }) => at >= closedAt && at <= opened.at && (code === 'answer' || HARD.has(code) || SOFT.has(code)),
  );
  const from = (Math.floor(opened.at / 1_000) + 1 - WINDOW_S) * 1_000;
  const recent = settled.filter(({ at }) => at >= from);
  const failed = recent.filter(({ code }) => code !== 'answer').length;
  return longestRun(settled) >= RUN || (recent.length >= MIN_SETTLED && failed / recent.length >= FAILED_SHARE);
}

function longestRun(settled: readonly EventOf<'attempt'>[]): number {
  let run = 0;
  let longest = 0;
  for (const { code } of settled) {
    if (HARD.has(code)) run += 1;
    else if (code === 'answer') run = 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/**
 * Attempts made while half-open: never more than three of them at once, and no fourth after three answers. More than
 * three in all there may be: one that says nothing gives its place back.
 */
function probes({ name, history }: Pair): readonly string[] {
  const changes = eventsOf(history, 'breaker');
  return changes.flatMap(({ to, at: from }, i) => {
    if (to !== 'half_open') return [];
    const until = changes[i + 1]?.at ?? Number.POSITIVE_INFINITY;
    const made = eventsOf(history, 'attempt').filter(({ startedAt }) => startedAt >= from && startedAt < until);
    const most = Math.max(0, ...made.map((one) => made.filter(liveAt(one.startedAt)).length));
    const answered = made.filter(({ at, code }) => code === 'answer' && at < until).length;
    if (most <= PROBES && answered <= PROBES) return [];
    return [`M5: ${name} sent ${most} probes at once from ${from} on, ${answered} of them answered`];
  });
}

const liveAt =
  (time: number) =>
  ({ startedAt, at }: EventOf<'attempt'>): boolean =>
    startedAt <= time && at > time;

function closings({ name, history, all }: Pair): readonly string[] {
  const recovered = eventsOf(all, 'recovered').findLast(({ target }) => name.endsWith(` to ${target}`));
  const last = eventsOf(history, 'breaker').at(-1);
  if (recovered === undefined || last === undefined || last.to === 'closed') return [];
  const until = eventsOf(history, 'breaker_refused').at(-1)?.untilAt ?? 0;
  const due = Math.max(until, recovered.at) + CLOSED_WITHIN_MS;
  const asked = eventsOf(history, 'attempt').some(({ at }) => at > due);
  return asked ? [`M5: ${name} is ${last.to} still, due to close at ${due}`] : [];
}
