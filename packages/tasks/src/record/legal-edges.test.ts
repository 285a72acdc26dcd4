import { SeededRandom } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FullTaskSpec, taskSpec } from '../task-spec.ts';
import { accept, reject } from './accept.ts';
import { decide, RENEW_AFTER } from './decide.ts';
import { type Edge, edgeOf, legalEdges } from './legal-edges.ts';
import { recarry } from './recarry.ts';
import { isFinal, type TaskRecord } from './task-record.ts';
import * as code from './transitions.ts';

const spec = taskSpec.parse({ type: 'demo', params: { n: 1 } });
const called = new Set<string | symbol>();
/** The transitions as the code has them; which of them were called is known. */
const transitions = new Proxy<typeof code>(
  { ...code },
  {
    get: (all, name) => {
      called.add(name);
      return Reflect.get(all, name);
    },
  },
);
const START = Date.UTC(2026, 10, 22);
const error = { code: 'oops', message: 'oops', retryable: true };
const failing = { error, outcome: 'error' as const, unserved: false, attempts: 3, mostUnserved: 3, delayMs: 300 };

const holding = { why: 'not now', longestMs: 20_000 };

type Moved = { readonly record: TaskRecord; readonly now: number };
type Move = (at: Moved) => TaskRecord;

/** Every way in which the code calls a transition, behind the guard it has there. */
const moves = {
  deliver: (at) => delivered(at, at.record.seq || 1, 1),
  deliver_copy: (at) => delivered(at, at.record.seq + 1000, 1),
  deliver_often: (at) => delivered(at, at.record.seq || 1, RENEW_AFTER + 1),
  succeed: owned(({ record, now }) => transitions.succeed(record, { value: 1, degraded: undefined, now })),
  fail: owned(({ record, now }) => transitions.failAttempt(record, { ...failing, now })),
  time_out: owned(({ record, now }) => transitions.failAttempt(record, { ...failing, outcome: 'timeout', now })),
  fail_far: owned(({ record, now }) => {
    const failed = transitions.failAttempt(record, { ...failing, delayMs: 90_000, now });
    return failed.state === 'retrying' ? transitions.postpone(failed, now) : failed;
  }),
  give_up: owned(({ record, now }) =>
    transitions.failAttempt(record, { ...failing, error: { ...error, retryable: false }, now }),
  ),
  hand_back: owned(({ record, now }) => transitions.handBack(record, now)),
  lose: owned(({ record, now }) => transitions.lose(record, now)),
  park: owned(({ record, now }) => transitions.park(record, { until: now + 9000, wakes: record.wakes, now })),
  park_late: owned(({ record, now }) => transitions.park(record, { until: now + 9000, wakes: record.wakes - 1, now })),
  kill: owned(({ record, now }) => transitions.replace(record, { ...failing, outcome: 'killed', now }, { why: 'x' })),
  stop_own: owned(({ record, now }) => transitions.stop(record, { as: 'cancelled', by: 'owner', now })),
  run_out: owned(({ record, now }) => transitions.stop(record, { as: 'expired', by: 'owner', now })),
  wake: ({ record, now }) =>
    record.state === 'waiting' || record.state === 'running' ? transitions.wake(record, now) : record,
  cancel: ({ record, now }) => {
    if (isFinal(record)) return record;
    const wished = transitions.wishCancel(record, 'enough', now);
    return record.state === 'running' ? wished : transitions.stop(wished, { as: 'cancelled', by: 'nobody', now });
  },
  force: ({ record, now }) =>
    isFinal(record) ? record : transitions.stop(record, { as: 'cancelled', by: 'force', now }),
  expire: ({ record, now }) =>
    isFinal(record) ? record : transitions.stop(record, { as: 'expired', by: 'force', now }),
  route: ({ record, now }) =>
    atRouter(record) ? transitions.route(record, { queue: 'other', route: 'known', now }) : record,
  hold: ({ record, now }) =>
    atRouter(record) ? transitions.hold(record, { ...holding, until: now + 9000, now }) : record,
  refuse: ({ record, now }) => (atRouter(record) ? transitions.refuse(record, error, now) : record),
  lose_carrier: ({ record, now }) => (isFinal(record) ? record : recarry(record, now)),
  postpone: ({ record, now }) => (atRouter(record) ? transitions.postpone(record, now) : record),
  restart: ({ record, now }) => (isFinal(record) ? transitions.regenerate(record, spec, { now }) : record),
} satisfies Record<string, Move>;

function delivered({ record, now }: Moved, seq: number, deliveries: number): TaskRecord {
  const decision = decide(record, { carrier: record.carrier, seq, deliveries }, now);
  const by = { owner: 'w', seq, now };
  if (decision.do === 'claim') return transitions.claim(record, by);
  if (decision.do === 'take_over') return transitions.takeOver(record, by);
  if (decision.do === 'end') return transitions.stop(record, { as: decision.as, by: 'nobody', now });
  if (decision.do === 'renew') return transitions.handOver(record, { queue: record.queue, now });
  return decision.do === 'postpone' ? transitions.postpone(record, now) : record;
}

function owned(end: Move): Move {
  return (at) => (transitions.holds(at.record, { gen: at.record.gen, n: at.record.attempt }) ? end(at) : at.record);
}

/** What lies in the queue of a router was never run. */
const atRouter = ({ state, attempt }: TaskRecord): boolean =>
  attempt === 0 && (state === 'queued' || state === 'delayed' || state === 'held');

type Step = { readonly move: keyof typeof moves; readonly ms: number };
type Change = { readonly before: TaskRecord | undefined; readonly after: TaskRecord };

/** Changes of one record, each as it is stored; half of them are read back before the next. */
function life(path: readonly Step[], first: TaskRecord): Change[] {
  let now = START;
  let stored = first;
  const changes: Change[] = [{ before: undefined, after: first }];
  for (const [i, { move, ms }] of path.entries()) {
    now += ms;
    const seen = transitions.stamped(stored, 1000 + i);
    const next = moves[move]({ record: seen, now });
    if (next === seen) continue;
    changes.push({ before: ms % 2 === 0 ? stored : seen, after: next });
    stored = next;
  }
  return changes;
}

const later = { ...spec, run_after: new Date(START + 2000).toISOString() };
const steps = fc.array(
  fc.record({
    move: fc.constantFrom(...(Object.keys(moves) as (keyof typeof moves)[])),
    ms: fc.integer({ min: 0, max: 5000 }),
  }),
  { maxLength: 60 },
);
const firsts = fc.constantFrom(
  accept(spec, { id: 'a', queue: 'general', now: START }),
  accept(later, { id: 'a', queue: 'general', now: START }),
);
const lives = fc.tuple(steps, firsts).map(([path, first]) => life(path, first));

const nameOf = ({ from, to, cause }: Edge): string => `${from} -> ${to}: ${cause}`;

describe('the table of legal edges', () => {
  test('has every change that the transitions in the code make, whatever their order', () => {
    fc.assert(
      fc.property(lives, (changes) => {
        for (const { before, after } of changes)
          expect(edgeOf(before, after), JSON.stringify({ before, after })).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('has nothing that the code never does, and was tested with all that it does', () => {
    const random = new SeededRandom(7);
    const names = Object.keys(moves) as (keyof typeof moves)[];
    const taken = new Set(firstSteps().map(nameOf));
    const take = (path: readonly Step[], spec: FullTaskSpec) => {
      for (const { before, after } of life(path, accept(spec, { id: 'a', queue: 'general', now: START })))
        taken.add(nameOf(edgeOf(before, after) ?? expect.fail(JSON.stringify({ before, after }))));
    };
    // Some ends need the same thing to happen again and again.
    for (const wait of ['park', 'fail'] as const)
      take(
        ['deliver', wait, ...Array<'lose_carrier'>(6).fill('lose_carrier')].map((move) => ({ move, ms: 1 }) as Step),
        spec,
      );
    for (let run = 0; run < 6000; run++) {
      const favourite = names[run % names.length];
      const path = Array.from({ length: 30 }, (_, i) => ({
        move:
          (i > 12 && random.next() < 0.6 ? favourite : names[Math.floor(random.next() * names.length)]) ?? 'deliver',
        ms: Math.floor(random.next() * 5000),
      }));
      take(path, run % 2 === 0 ? spec : later);
    }
    expect([...new Set(legalEdges.map(nameOf))].filter((name) => !taken.has(name))).toEqual([]);
    const made = Object.entries(code).filter(([, one]) => typeof one === 'function');
    expect(made.map(([name]) => name).filter((name) => !called.has(name))).toEqual([]);
  });

  test('tasks.T2 lets nothing leave a final state but into the next generation', () => {
    for (const { from, to, cause } of legalEdges)
      if (isFinalState(from)) expect([to, cause]).toEqual(['queued', 'restarted']);
  });
});

describe('no edge is', () => {
  const queued = accept(spec, { id: 'a', queue: 'general', now: START });
  const running = transitions.claim(queued, { owner: 'w', seq: 1, now: START });
  const stamped = transitions.stamped(running, 500);
  const done = transitions.succeed(stamped, { value: 1, degraded: undefined, now: START });
  const failed = transitions.failAttempt(stamped, { ...failing, now: START });
  const wrong: Readonly<Record<string, Change>> = {
    'an end that changes': { before: done, after: { ...done, state: 'failed' } },
    'an end that is written again': { before: done, after: done },
    'a start in the middle': { before: undefined, after: done },
    'an attempt left out': { before: queued, after: { ...running, attempt: 2 } },
    'an attempt numbered twice': { before: failed, after: { ...running, attempts: failed.attempts } },
    'an epoch that goes back': {
      before: failed,
      after: transitions.stamped(transitions.claim(failed, { owner: 'w', seq: 1, now: START }), 400),
    },
    'an epoch that changes while it runs': { before: stamped, after: { ...stamped, epoch: 501 } },
    'an end without the end of its attempt': { before: running, after: { ...done, attempts: running.attempts } },
    'a success of a lost attempt': {
      before: running,
      after: { ...done, attempts: [{ ...done.attempts[0], outcome: 'lost' }] as TaskRecord['attempts'] },
    },
    'a claim of what has ended': { before: done, after: { ...running, attempt: 2 } },
    'another task': { before: queued, after: { ...running, id: 'b' } },
    'a generation that is left out': {
      before: done,
      after: { ...transitions.regenerate(done, spec, { now: START }), gen: 3 },
    },
    'a generation without an end before it': {
      before: running,
      after: transitions.regenerate(running, spec, { now: START }),
    },
    'a wake that leaves the old message responsible': {
      before: transitions.park(stamped, { until: START, wakes: 0, now: START }),
      after: { ...transitions.park(stamped, { until: START, wakes: 0, now: START }), state: 'queued' },
    },
  };
  test.each(Object.entries(wrong))('%s', (_name, { before, after }) => {
    expect(edgeOf(before, after)).toBeUndefined();
  });
});

/** First writes: accepted, later, unreadable; of a plain publish what became of it at once; of a letter its next life. */
function firstSteps(): Edge[] {
  const queued = accept(spec, { id: 'a', queue: 'general', now: START, publishedAs: 5 });
  const unread = reject(error, '?', { id: 'a', queue: 'general', now: START, publishedAs: 5 });
  const by = { owner: 'w', seq: 5, now: START };
  const first = [
    queued,
    unread,
    transitions.postpone(queued, START),
    transitions.claim(queued, by),
    transitions.stop(queued, { as: 'expired', by: 'nobody', now: START }),
    transitions.regenerate(unread, spec, { now: START }),
  ];
  return first.flatMap((after) => edgeOf(undefined, after) ?? []);
}

const isFinalState = (state: Edge['from']): boolean => state !== 'none' && isFinal({ state });
