import type { Criticality, Random } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import {
  AdaptiveLimit,
  Balance,
  Breaker,
  Ejection,
  type Entrant,
  Gate,
  type InstanceLoad,
  LatencyEstimate,
  type Outcome,
  Overhead,
  REFUSED,
  RetryBudget,
  Throttle,
  Tokens,
} from '@seedcore/resilience';
import { anyNumber, timeAfter } from './inputs.ts';
import { below, oneOf, type Subject, subject, type Verdict } from './subject.ts';

/** One thing that happens to a machine: what, when, and two numbers for whatever it needs. */
type Step = { readonly what: number; readonly at: number; readonly a: number; readonly b: number };

const MOST_STEPS = 60;
const OUTCOMES: readonly Outcome[] = ['answer', 'slow', 'hard', 'soft', 'void'];
const CLASSES: readonly Criticality[] = ['optional', 'important', 'critical'];

function steps(random: Random): readonly Step[] {
  let at = 0;
  return Array.from({ length: 1 + below(random, MOST_STEPS) }, () => {
    at = timeAfter(random, at);
    return { what: below(random, 1_000), at, a: anyNumber(random), b: anyNumber(random) };
  });
}

/** What happens in the end of every step of a machine: nothing, or an error that says what is broken. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** A machine that takes every course of events; `play` throws where one of its promises is broken. */
function machine(name: string, play: (course: readonly Step[]) => void): Subject {
  return subject(`machine ${name}`, steps, (course): Verdict => {
    play(course);
    return 'taken';
  });
}

const pick = <T>(all: readonly T[], step: Step): T => oneOf({ next: () => (step.what % all.length) / all.length }, all);

function breaker(course: readonly Step[]): void {
  const made = new Breaker(new SeededRandom(1));
  const permits: number[] = [];
  for (const step of course) {
    const { what, at, a } = step;
    if (what % 4 < 2) {
      const permit = made.ask(at, Math.abs(a));
      if (permit !== REFUSED) permits.push(permit);
      else must(made.state !== 'closed' && made.retryAfterMs(at) >= 0, 'refuses while closed');
    } else if (what % 4 === 2) made.settle(permits[what % (permits.length || 1)] ?? a, pick(OUTCOMES, step), at);
    else if (what % 8 === 3) made.suspect(a > 100);
    else made.override(a < 10 ? 'isolate' : a < 100 ? 'hold' : undefined, at);
    const { k } = made.status(at);
    must(Number.isInteger(k) && k >= 0 && Number.isFinite(made.retryAfterMs(at)), 'has no honest status');
  }
}

function gate(course: readonly Step[]): void {
  let limits = { limit: 2, queue: 6 };
  const made = new Gate(limits);
  const running = new Set<Entrant>();
  const waiting = new Set<Entrant>();
  const entrant = (step: Step): Entrant => {
    const one: Entrant = {
      criticality: pick(CLASSES, step),
      deadlineAt: step.at + step.a,
      caller: `c${step.what % 3}`,
      place: 0,
      start: () => {
        must(waiting.delete(one), 'starts whoever does not wait');
        running.add(one);
      },
      drop: () => must(waiting.delete(one), 'drops whoever does not wait'),
    };
    return one;
  };
  for (const step of course) {
    if (step.what % 5 < 3) {
      const one = entrant(step);
      waiting.add(one);
      const answer = made.ask(one, step.at, Math.abs(step.b) % 500);
      if (answer !== 'wait') waiting.delete(one);
      if (answer === 'go') running.add(one);
    } else if (step.what % 5 === 3) {
      const all = [...running, ...waiting];
      const one = all[step.what % (all.length || 1)] ?? entrant(step);
      running.delete(one);
      waiting.delete(one);
      made.leave(one, step.at);
    } else {
      limits = { limit: 1 + (step.what % 7), queue: 3 * (1 + (step.what % 7)) };
      made.setLimits(limits, step.at);
    }
    must(made.running === running.size && made.queued === waiting.size, 'counts otherwise than its callers');
  }
  for (const one of [...waiting, ...running]) made.leave(one, 1e9);
  must(made.queued === 0, 'keeps whoever left');
}

function retryBudget(course: readonly Step[]): void {
  const made = new RetryBudget();
  let waiting = 0;
  for (const { what, at } of course) {
    if (what % 5 < 2) made.call(at);
    else if (what % 5 === 2) {
      const full = made.used(at) >= made.allowed(at);
      const taken = made.take(at);
      must(taken !== full, 'grants what is spent, or refuses what is not');
      waiting += Number(taken);
    } else if (waiting > 0) {
      waiting -= 1;
      if (what % 5 === 3) made.send(at);
      else made.drop();
    }
    must(made.used(at) >= waiting && made.allowed(at) >= 3, 'loses count');
  }
}

function throttle(course: readonly Step[]): void {
  const made = new Throttle(new SeededRandom(1));
  for (const step of course) {
    if (step.what % 2 === 0) made.settle(pick(OUTCOMES, step), step.at);
    else made.refuses(pick(CLASSES, step), step.at);
    for (const one of CLASSES) {
      const p = made.probability(one, step.at);
      must(p >= 0 && p <= 0.9, `refuses a share of ${p}`);
    }
  }
}

function tokens(course: readonly Step[]): void {
  const made = new Tokens();
  for (const step of course) {
    const free = made.retryAfterMs(step.at) === 0;
    if (step.what % 3 === 0) made.settle(step.what, pick(OUTCOMES, step), step.at);
    else if (step.what % 7 === 1) made.limited(step.at);
    else must((made.ask(step.at) !== REFUSED) === free, 'gives what it says it has not, or the other way round');
    const after = made.retryAfterMs(step.at);
    const { level, spentInMinute } = made.status(step.at);
    must(after >= 0 && Number.isFinite(after) && level <= 5 && spentInMinute <= 60, 'gives more than it may');
  }
}

function balance(course: readonly Step[]): void {
  const made = new Balance(new SeededRandom(1));
  const members: InstanceLoad[] = [];
  for (const { what, at, a, b } of course) {
    const one = members[what % (members.length || 1)];
    if (one === undefined || (what % 9 === 0 && members.length < 8)) members.push(made.joined(`i${what}`, at));
    else if (what % 9 === 1) made.sample(one, a, at);
    else if (what % 9 === 2) made.report(one, { inFlight: a, limit: b }, at);
    else if (what % 9 === 3) made.refused(one, at);
    else if (what % 9 === 4) made.sent(one);
    else if (what % 9 === 5) made.done(one);
    else if (what % 9 === 6) {
      made.left(one);
      members.splice(members.indexOf(one), 1);
    }
    for (const load of members) {
      const score = made.score(load, at);
      must(Number.isFinite(score) && score > 0, `has a score of ${score}`);
    }
    const chosen = made.pick(members, at);
    must(members.length === 0 ? chosen === -1 : chosen in members, `chooses ${chosen} of ${members.length}`);
  }
}

function adaptiveLimit(course: readonly Step[]): void {
  const made = new AdaptiveLimit();
  for (const { what, at, a } of course) {
    // Enough for a window to close now and then.
    for (let i = 0; i < 60; i++) made.sample(Math.abs(a) + i, what % 300, at + i);
    must(made.exact >= 1 && made.exact <= 200 && Number.isInteger(made.slots), `allows ${made.exact}`);
  }
}

function ejection(course: readonly Step[]): void {
  const made = new Ejection();
  const there = new Set<string>();
  for (const { what, at, a } of course) {
    const id = `i${what % 6}`;
    if (what % 4 === 0) {
      made.joined(id);
      there.add(id);
    } else if (what % 4 === 1) {
      made.left(id);
      there.delete(id);
    } else if (what % 4 === 2) made.opened(id, Math.abs(Math.trunc(a)) % 5, at);
    else made.closed(id);
    must(made.ejected.size <= Math.floor(there.size / 2), `ejects ${made.ejected.size} of ${there.size}`);
  }
}

function estimates(course: readonly Step[]): void {
  const latency = new LatencyEstimate();
  const overhead = new Overhead();
  for (const { a, b } of course) {
    latency.add(a);
    overhead.add(a, b);
    must(overhead.ms() >= 0 && Number.isFinite(overhead.ms()), `has an overhead of ${overhead.ms()}`);
  }
  const [low, high] = [latency.quantile(0.5), latency.quantile(0.99)];
  must(low === undefined || (high !== undefined && low <= high && low >= 0), `has quantiles ${low} and ${high}`);
}

/** Every machine of the policies. */
export const machines: readonly Subject[] = [
  machine('breaker', breaker),
  machine('gate', gate),
  machine('retry budget', retryBudget),
  machine('throttle', throttle),
  machine('tokens', tokens),
  machine('balance', balance),
  machine('adaptive limit', adaptiveLimit),
  machine('ejection', ejection),
  machine('estimates', estimates),
];
