import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import {
  admission,
  answerOutcome,
  attemptBudget,
  Balance,
  defaultBreaker,
  defaultBulkhead,
  defaultLastGood,
  defaultLimit,
  defaultRetry,
  defaultStack,
  defaultThrottle,
  defaultTokens,
  EarlyRefusal,
  errorOutcome,
  Gate,
  HedgeBudget,
  hintedMs,
  LatencyEstimate,
  modelBreaker,
  modelRetry,
  Overhead,
  RetryBudget,
  receiveDeadline,
  SingleFlight,
  seedBreaker,
  seedRetry,
  sendBudget,
  suspecting,
  Throttle,
} from './index.ts';

const random = new SeededRandom(1);
const INFINITE = Number.POSITIVE_INFINITY;

/** What the documents say, in this test's own words; times in ms. */
test.each<readonly [string, unknown, unknown]>([
  ['attempts and backoff', defaultRetry, { max: 3, backoff: { baseMs: 50, capMs: 2_000 } }],
  ['attempts and backoff at models', modelRetry, { max: 3, backoff: { baseMs: 500, capMs: 20_000 } }],
  ['attempts and backoff of seed', seedRetry, { max: 2, backoff: { baseMs: 1_000, capMs: 5_000, leastShare: 0.5 } }],
  [
    'breaker',
    defaultBreaker,
    {
      ...{ run: 5, minSettled: 10, failedShare: 0.5, slowShare: 0.8 },
      ...{ openMs: 5_000, openCapMs: 60_000, probes: 3, forgiveMs: 60_000 },
    },
  ],
  ['breaker of models', modelBreaker, { ...defaultBreaker, run: 3, openMs: 60_000, openCapMs: 300_000 }],
  [
    'breaker of seed',
    seedBreaker,
    { ...defaultBreaker, minSettled: INFINITE, openMs: 30_000, openCapMs: 30_000, probes: 1 },
  ],
  ['breaker of a suspect', suspecting(defaultBreaker), { ...defaultBreaker, run: 2, minSettled: 4 }],
  ['bulkhead', defaultBulkhead, { limit: 25, queue: 100 }],
  ['admission', admission(20), { limit: 20, queue: 60 }],
  ['adaptive limit', defaultLimit, { initial: 20, most: 200 }],
  ['throttle', defaultThrottle, { k: 2, criticalK: 4 }],
  ['tokens of a provider', defaultTokens, { burst: 5, perSecond: 10, perMinute: 60 }],
  ['last good values', defaultLastGood, { most: 1_000, maxAgeMs: 300_000 }],
  ['deadline', defaultStack.deadlineMs, 5_000],
  ['idempotence', defaultStack.idempotent, false],
  ['hedging', defaultStack.hedge, false],
  ['tokens', defaultStack.tokens, undefined],
  ['retry of a stack', defaultStack.retry, defaultRetry],
  ['breakers of a stack', [defaultStack.breaker, defaultStack.instanceBreaker], [defaultBreaker, defaultBreaker]],
])('mesh.A2: the default of %s is the documented one', (_what, actual, documented) => {
  expect(actual).toEqual(documented);
});

/** Adds so many times, then reads. */
function after<T>(machine: T, times: number, add: (machine: T, i: number) => void): T {
  for (let i = 0; i < times; i++) add(machine, i);
  return machine;
}

const calls = (times: number) => after(new RetryBudget(), times, (budget) => budget.call(0));
const durations = (times: number) => after(new LatencyEstimate(), times, (estimate) => estimate.add(7));
const overheads = (...ms: readonly number[]) => after(new Overhead(), ms.length, (seen, i) => seen.add(ms[i] ?? 0, 0));
const refused = (times: number) => after(new Throttle(random), times, (throttle) => throttle.settle('soft', 0));
const gate = new Gate({ limit: 1, queue: 3 });

test.each<readonly [string, unknown, unknown]>([
  ['retries granted without calls', calls(0).allowed(0), 3],
  ['retries granted for ten calls', calls(10).allowed(0), 5],
  ['ms until a call pays for no retry any more', [calls(10).allowed(9_999), calls(10).allowed(10_000)], [5, 3]],
  ['ms a hint of the server may add', [hintedMs(25, 9_000), hintedMs(25, 10), hintedMs(25, 250)], [5_025, 25, 250]],
  ['hedges of 49 and of 50 calls', [49, 50].map((n) => hedges(n)), [0, 1]],
  ['durations until an estimate says something', [49, 50].map((n) => durations(n).quantile(0.5)), [undefined, 7]],
  ['overhead while less than ten are known', overheads(...Array(9).fill(40)).ms(), 2],
  ['overheads that are looked at', [99, 100].map((n) => overheads(1, ...Array(n).fill(40)).ms()), [1, 40]],
  [
    'ms taken off for the way at most',
    [sendBudget(2_000, 4), sendBudget(2_000, 900), sendBudget(100, 900)],
    [1_996, 1_950, 90],
  ],
  ['deadline of whoever receives more than ten minutes', receiveDeadline(0, 700_000, 1), 599_999],
  ['budget of one attempt of three', [undefined, 20, 800].map((p99) => attemptBudget(900, 3, p99)), [900, 300, 800]],
  [
    'share of a budget that is slow',
    [900, 901].map((elapsedMs) => answerOutcome({ elapsedMs, budgetMs: 1_000 })),
    ['answer', 'slow'],
  ],
  ['share of a deadline that is impatient', [2_499, 2_500].map(timedOut), ['void', 'hard']],
  ['calls refused for want of time of a hundred', refusals(100), 20],
  [
    'refusals below which a throttle says nothing',
    [19, 20].map((n) => refused(n).probability('important', 0) > 0),
    [false, true],
  ],
  ['share a throttle refuses at most', refused(1_000).probability('critical', 0), 0.9],
  ['ms a throttle remembers', [29_999, 30_000].map((now) => refused(100).probability('important', now)), [0.9, 0]],
  ['ms until a refused one may come again', [0, 1, 1e9].map((p50) => gate.retryAfterMs(p50)), [250, 50, 50]],
  ['callers that share one request', sharers(), 1_000],
  ['ms a load report lasts', [14_999, 15_000].map(loaded), [2, 1]],
  ['weight of an instance just born and after 30 s', [0, 30_000].map(born), [300, 30]],
])('mesh.A2: %s', (_what, actual, documented) => {
  expect(actual).toEqual(documented);
});

function hedges(n: number): number {
  const retries = calls(n);
  const budget = after(new HedgeBudget(retries), n, (machine) => machine.call(0));
  return [0, 0, 0].filter(() => budget.take(0)).length;
}

function timedOut(budgetMs: number): string {
  return errorOutcome({ code: 'timeout', sent: true }, { budgetMs, p90Ms: undefined, deadlineMs: 5_000 });
}

function refusals(n: number): number {
  const early = new EarlyRefusal();
  return Array.from({ length: n }, () => early.refuses(1, 10, 0)).filter(Boolean).length;
}

function sharers(): number {
  const flights = new SingleFlight<string>();
  const member = () => ({ deadlineAt: 1, lead: () => undefined, answer: () => undefined, fail: () => undefined });
  return Array.from({ length: 1_100 }, () => flights.join('key', member())).filter((flight) => flight !== undefined)
    .length;
}

/** How much dearer a full instance is, so long after it said so. */
function loaded(now: number): number {
  const balance = new Balance(random);
  const load = balance.joined('a', -60_000);
  balance.report(load, { inFlight: 5, limit: 5 }, 0);
  return balance.score(load, now) / 30;
}

/** The score of an unknown instance so old. */
function born(ageMs: number): number {
  const balance = new Balance(random);
  return Math.round(balance.score(balance.joined('a', 0), ageMs));
}
