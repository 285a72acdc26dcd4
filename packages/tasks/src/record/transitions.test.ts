import fc from 'fast-check';
import { expect, test } from 'vitest';
import { taskSpec } from '../task-spec.ts';
import { accept } from './accept.ts';
import { decide } from './decide.ts';
import { recarry } from './recarry.ts';
import { isFinal, type TaskRecord, taskRecord } from './task-record.ts';
import {
  claim,
  failAttempt,
  handBack,
  handOver,
  holds,
  MAX_LOST,
  regenerate,
  stamped,
  stop,
  succeed,
  takeOver,
  wishCancel,
} from './transitions.ts';

const spec = taskSpec.parse({ type: 'demo', params: { n: 1 } });
const error = { code: 'oops', message: 'oops', retryable: true };
const failing = { error, outcome: 'error' as const, unserved: false, attempts: 5, mostUnserved: 7, delayMs: 300 };

type Moved = { readonly record: TaskRecord; readonly now: number };
/** What workers, cancellers and operators do to a record, each as the code does it: guarded by a decision or a claim. */
const moves: Readonly<Record<string, (at: Moved, stale: boolean) => TaskRecord>> = {
  deliver: ({ record, now }) => deliver(record, now, record.seq || 1),
  copy: ({ record, now }) => deliver(record, now, record.seq + 1000),
  succeed: ({ record, now }, stale) =>
    owned(record, stale, () => succeed(record, { value: 1, degraded: undefined, now })),
  fail: ({ record, now }, stale) => owned(record, stale, () => failAttempt(record, { ...failing, now })),
  miss: ({ record, now }, stale) =>
    owned(record, stale, () => failAttempt(record, { ...failing, unserved: true, now })),
  refuse: ({ record, now }, stale) =>
    owned(record, stale, () => failAttempt(record, { ...failing, error: { ...error, retryable: false }, now })),
  hand_back: ({ record, now }, stale) => owned(record, stale, () => handBack(record, now)),
  lose_carrier: ({ record, now }) => (isFinal(record) ? record : recarry(record, now)),
  cancel: ({ record, now }) => {
    if (isFinal(record)) return record;
    const wished = wishCancel(record, 'enough', now);
    return record.state === 'running' ? wished : stop(wished, { as: 'cancelled', by: 'nobody', now });
  },
  force: ({ record, now }) => (isFinal(record) ? record : stop(record, { as: 'cancelled', by: 'force', now })),
  route: ({ record, now }) => (record.state === 'queued' ? handOver(record, { queue: 'other', now }) : record),
  redrive: ({ record, now }) => (record.state === 'failed' ? regenerate(record, spec, { now: now }) : record),
};

function deliver(record: TaskRecord, now: number, seq: number): TaskRecord {
  const decision = decide(record, { carrier: record.carrier, seq, deliveries: 1 }, now);
  const by = { owner: 'w', seq, now };
  if (decision.do === 'claim') return claim(record, by);
  if (decision.do === 'take_over') return takeOver(record, by);
  if (decision.do === 'end') return stop(record, { as: decision.as, by: 'nobody', now });
  return record;
}

function owned(record: TaskRecord, stale: boolean, end: () => TaskRecord): TaskRecord {
  const claimed = { gen: record.gen, n: record.attempt - (stale ? 1 : 0) };
  return holds(record, claimed) ? end() : record;
}

type Step = { readonly move: string; readonly stale: boolean; readonly ms: number };
const steps = fc.array(
  fc.record({
    move: fc.constantFrom(...Object.keys(moves)),
    stale: fc.boolean(),
    ms: fc.integer({ min: 0, max: 5000 }),
  }),
  { maxLength: 60 },
);

/** Every state the record goes through, each written at a revision of its own. */
function life(path: readonly Step[]): TaskRecord[] {
  let now = Date.UTC(2026, 10, 22);
  let rev = 1000;
  let record = accept(spec, { id: 'a', queue: 'general', now });
  const states = [record];
  for (const { move, stale, ms } of path) {
    now += ms;
    const seen = stamped(record, rev);
    const next = moves[move]?.({ record: seen, now }, stale) ?? seen;
    if (next === seen) continue;
    rev += 1 + (ms % 3);
    record = next;
    states.push(stamped(record, rev));
  }
  return states;
}

test('T1: a final state is left only into the next generation', () => {
  fc.assert(
    fc.property(steps, (path) => {
      const states = life(path);
      for (const [i, after] of states.entries()) {
        const before = states[i - 1];
        if (before !== undefined && isFinal(before)) expect(after.gen).toBe(before.gen + 1);
      }
    }),
  );
});

test('T2: attempts of a generation are numbered without holes', () => {
  fc.assert(
    fc.property(steps, (path) => {
      for (const record of life(path)) {
        const numbers = record.attempts.map(({ n }) => n);
        expect(numbers).toEqual(numbers.map((_, i) => record.attempt - numbers.length + 1 + i));
        if (record.attempt <= 20) expect(numbers).toHaveLength(record.attempt);
      }
    }),
  );
});

test('T3: epochs only grow, over generations too', () => {
  fc.assert(
    fc.property(steps, (path) => {
      const epochs = life(path).map(({ epoch }) => epoch);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    }),
  );
});

test('T4: only the last attempt of a record is open, and only while it runs', () => {
  fc.assert(
    fc.property(steps, (path) => {
      for (const record of life(path)) {
        const open = record.attempts.filter(({ outcome }) => outcome === undefined);
        expect(open.map(({ n }) => n)).toEqual(record.state === 'running' ? [record.attempt] : []);
      }
    }),
  );
});

test('every state a record goes through fits the schema', () => {
  fc.assert(
    fc.property(steps, (path) => {
      for (const record of life(path)) expect(taskRecord.safeParse(record).error).toBeUndefined();
    }),
  );
});

test('an unread epoch is the revision of the claim', () => {
  const queued = accept(spec, { id: 'a', queue: 'general', now: 0 });
  const claimed = claim(queued, { owner: 'w', seq: 1, now: 0 });
  expect(claimed.epoch).toBe(0);
  expect(stamped(claimed, 42)).toMatchObject({ epoch: 42, attempts: [{ n: 1, epoch: 42 }] });
  expect(stamped(stamped(claimed, 42), 43).epoch).toBe(42);
});

test('the fifth lost worker ends a task, four do not', () => {
  let record = claim(accept(spec, { id: 'a', queue: 'general', now: 0 }), { owner: 'w', seq: 1, now: 0 });
  for (let i = 1; i < MAX_LOST; i++) record = takeOver(record, { owner: 'w', seq: 1, now: i });
  expect(record).toMatchObject({ state: 'running', attempt: MAX_LOST, lost: MAX_LOST - 1, spent: 0 });
  record = takeOver(record, { owner: 'w', seq: 1, now: 9 });
  expect(record).toMatchObject({ state: 'failed', dead: 'runs_lost', lost: MAX_LOST });
});

test('handing back uses up no attempt', () => {
  let record = accept(spec, { id: 'a', queue: 'general', now: 0 });
  for (let i = 0; i < 9; i++) record = handBack(claim(record, { owner: 'w', seq: 1, now: i }), i);
  expect(record).toMatchObject({ state: 'queued', attempt: 9, spent: 0, lost: 0 });
});

test('the last allowed error ends a task', () => {
  let record = accept(spec, { id: 'a', queue: 'general', now: 0 });
  for (let i = 0; i < 5; i++)
    record = failAttempt(claim(record, { owner: 'w', seq: 1, now: i }), { ...failing, now: i });
  expect(record).toMatchObject({ state: 'failed', dead: 'attempts_spent', spent: 5, error });
});

test('an attempt that found what it needs away uses up none of those that may fail, but they are counted too', () => {
  let record = accept(spec, { id: 'a', queue: 'general', now: 0 });
  const miss = (now: number) =>
    failAttempt(claim(record, { owner: 'w', seq: 1, now }), { ...failing, unserved: true, now });
  for (let i = 0; i < 6; i++) record = miss(i);
  expect(record).toMatchObject({ state: 'retrying', spent: 0, unserved: 6 });
  expect(miss(7)).toMatchObject({ state: 'failed', dead: 'attempts_spent', spent: 0, unserved: 7 });
});
