import type { CrashPoint } from '@seedcore/tasks/testing';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import type { Ledger } from '../tasks/ledger.ts';
import type { Receiver } from '../tasks/receiver.ts';
import type { CrashRow } from './crash-row.ts';

/** What of the world outside a row may look at. */
export type Outside = { readonly receiver: Receiver; readonly ledger: Ledger };
/** One crash: what is on disk after it, what then, and the proof of both. */
export type Crash = {
  readonly disk: string;
  readonly after: string;
  readonly show: (row: CrashRow, outside: Outside) => Promise<void>;
};

const steps = { type: 'steps' };
const plan = {
  type: 'plan',
  params: {
    steps: [
      { id: 'a', task: steps },
      { id: 'b', task: steps },
      { id: 'c', task: steps, depends_on: ['a', 'b'] },
    ],
  },
};

/** The two steps of a task were done once each, and its result tells so. */
function expectSteps(row: CrashRow, { receiver }: Outside, id = row.id): unknown {
  const [fetched, sent] = [receiver.answers.get(`${id}/fetch`), receiver.answers.get(`${id}/send`)];
  expect([fetched, sent]).toEqual([expect.any(String), expect.any(String)]);
  return [fetched, sent];
}

const running = (row: CrashRow, id = row.id) =>
  until('it to run', async () => ((await row.record(id))?.state === 'running' ? true : undefined));
const inState = (row: CrashRow, state: string, id = row.id) =>
  until(`it to be ${state}`, async () => ((await row.record(id))?.state === state ? true : undefined));

/** A task that waits for a signal nobody has given yet, and no process that works it any more. */
async function waiting(row: CrashRow): Promise<void> {
  const worker = await row.start('worker');
  await row.submit({ type: 'waits' });
  await inState(row, 'waiting');
  await until('its timer', async () => (await row.messages()).includes(`sched.${row.id}`) || undefined);
  await worker.stop('SIGKILL');
}

/** By point; a point without a row does not compile. */
export const crashTable: Readonly<Record<CrashPoint, readonly [Crash, ...Crash[]]>> = {
  'submit.before_record': [
    {
      disk: 'nothing',
      after: 'submitting again makes it',
      async show(row, outside) {
        await row.crash('submit', { at: 'submit.before_record' }, steps);
        expect([await row.record(), await row.messages()]).toEqual([undefined, []]);
        await row.start('submit', { given: steps });
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: expectSteps(row, outside), attempts: 1 });
      },
    },
  ],
  'submit.before_carrier': [
    {
      disk: 'a record without a message',
      after: 'submitting again sends the message',
      async show(row, outside) {
        await row.crash('submit', { at: 'submit.before_carrier' }, steps);
        expect(await row.record()).toMatchObject({ state: 'queued', attempt: 0 });
        expect(await row.messages()).toEqual([]);
        await row.start('worker');
        await row.start('submit', { given: steps });
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: expectSteps(row, outside), attempts: 1 });
      },
    },
  ],
  'worker.before_claim': [
    {
      disk: 'a message in flight',
      after: 'it comes again, and no attempt is lost',
      async show(row) {
        await row.submit(steps);
        await row.crash('worker', { at: 'worker.before_claim' });
        expect(await row.record()).toMatchObject({ state: 'queued', attempt: 0 });
        expect(await row.unacknowledged()).toBe(1);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', attempts: 1 });
        expect(await row.attempts()).toEqual(['ok']);
      },
    },
  ],
  'worker.after_claim': [
    {
      disk: 'running',
      after: 'it is taken over',
      async show(row) {
        await row.submit(steps);
        await row.crash('worker', { at: 'worker.after_claim' });
        expect(await row.record()).toMatchObject({ state: 'running', attempt: 1 });
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded' });
        expect(await row.attempts()).toEqual(['lost', 'ok']);
      },
    },
  ],
  'step.begun': [
    {
      disk: 'running, the step before it has its memo',
      after: 'it is taken over, and that step comes from its memo',
      async show(row, outside) {
        await row.submit(steps);
        await row.crash('worker', { at: 'step.begun', nth: 2 });
        expect(await row.record()).toMatchObject({ state: 'running', attempt: 1 });
        expect(await row.stored(`m.${row.id}.1.fetch`)).toBeDefined();
        expect(await row.stored(`m.${row.id}.1.send`)).toBeUndefined();
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: expectSteps(row, outside) });
        expect(await row.attempts()).toEqual(['lost', 'ok']);
        expect([outside.receiver.times(`${row.id}/fetch`), outside.receiver.times(`${row.id}/send`)]).toEqual([1, 1]);
      },
    },
  ],
  'step.before_memo': [
    {
      disk: 'the effect is done, at a receiver that knows keys',
      after: 'it answers the same key from what it keeps',
      async show(row, outside) {
        await row.submit(steps);
        await row.crash('worker', { at: 'step.before_memo', nth: 2 });
        const [, sent] = [outside.receiver.times(`${row.id}/fetch`), outside.receiver.answers.get(`${row.id}/send`)];
        expect(sent).toBeDefined();
        expect(await row.stored(`m.${row.id}.1.send`)).toBeUndefined();
        await row.start('worker');
        expect(await row.result()).toMatchObject({ value: [expect.any(String), sent] });
        expect([outside.receiver.times(`${row.id}/fetch`), outside.receiver.times(`${row.id}/send`)]).toEqual([1, 2]);
      },
    },
    {
      disk: 'the effect is done, in a world that can be looked at',
      after: 'it is found and adopted',
      async show(row, { ledger }) {
        await row.submit({ type: 'careful' });
        await row.crash('worker', { at: 'step.before_memo' });
        expect([ledger.times(`${row.id}/send`), await row.stored(`m.${row.id}.1.send`)]).toEqual([1, undefined]);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: `entry of ${row.id}/send` });
        expect([ledger.times(`${row.id}/send`), await row.attempts()]).toEqual([1, ['lost', 'ok']]);
      },
    },
    {
      disk: 'the effect is done, and nobody can look',
      after: 'it is not done again: effect_unknown',
      async show(row, { ledger }) {
        await row.submit({ type: 'blind' });
        await row.crash('worker', { at: 'step.before_memo' });
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'failed', error: { code: 'effect_unknown' } });
        const { items } = await row.tasks.deadLetters({ limit: 1 });
        expect(items).toMatchObject([{ id: row.id, reason: 'effect_unknown' }]);
        expect(ledger.times(`${row.id}/send`)).toBe(1);
      },
    },
  ],
  'tail.before_dead_letter': [
    {
      disk: 'a final record, no dead letter, no result',
      after: 'the next delivery stores both, once',
      async show(row) {
        await row.submit({ type: 'refused' });
        await row.crash('worker', { at: 'tail.before_dead_letter' });
        expect(await row.record()).toMatchObject({ state: 'failed', error: { code: 'no' } });
        expect([(await row.tasks.deadLetters({ limit: 1 })).total, await row.resultSeq()]).toEqual([0, undefined]);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'failed', attempts: 1 });
        const { items, total } = await row.tasks.deadLetters({ limit: 10 });
        expect([items[0]?.reason, total]).toEqual(['not_retryable', 1]);
      },
    },
  ],
  'tail.before_result': [
    {
      disk: 'a final record without a result',
      after: 'the next delivery stores the result, the work is not repeated',
      async show(row, outside) {
        await row.submit(steps);
        await row.crash('worker', { at: 'tail.before_result' });
        const before = await row.record();
        expect([before?.state, await row.resultSeq()]).toEqual(['succeeded', undefined]);
        await row.start('worker');
        expect(await row.result()).toEqual(before?.result);
        expect(await row.attempts()).toEqual(['ok']);
        expect([outside.receiver.times(`${row.id}/fetch`), outside.receiver.times(`${row.id}/send`)]).toEqual([1, 1]);
      },
    },
    {
      disk: 'a final record and its dead letter, no result',
      after: 'the letter is recognised, not stored again',
      async show(row) {
        await row.submit({ type: 'refused' });
        await row.crash('worker', { at: 'tail.before_result' });
        const letter = (await row.tasks.deadLetters({ limit: 10 })).items;
        expect([letter.length, await row.resultSeq()]).toEqual([1, undefined]);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'failed', attempts: 1 });
        expect((await row.tasks.deadLetters({ limit: 10 })).items).toEqual(letter);
      },
    },
  ],
  'tail.before_wake': [
    {
      disk: 'a child has its result, its parent waits',
      after: 'the next delivery wakes the parent',
      async show(row, outside) {
        const child = `${row.id}-s-steps`;
        await row.start('coordinator');
        await row.submit({ type: 'parent' });
        await row.crash('worker', { at: 'tail.before_wake' });
        expect(await row.record(child)).toMatchObject({ state: 'succeeded' });
        expect(await row.resultSeq(child)).toBeDefined();
        expect(await row.record()).toMatchObject({ state: 'waiting' });
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: 'succeeded', attempts: 1 });
        expectSteps(row, outside, child);
      },
    },
  ],
  'tail.before_ack': [
    {
      disk: 'a final record and its result',
      after: 'the next delivery recognises the result and is acknowledged',
      async show(row) {
        await row.submit(steps);
        await row.crash('worker', { at: 'tail.before_ack' });
        const [stored, unacknowledged] = [await row.resultSeq(), await row.unacknowledged()];
        expect([stored, unacknowledged]).toEqual([expect.any(Number), 1]);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', attempts: 1 });
        expect(await row.resultSeq()).toBe(stored);
      },
    },
    {
      disk: 'a child has told its parent',
      after: 'a second wake is harmless',
      async show(row, outside) {
        const child = `${row.id}-s-steps`;
        await row.start('coordinator');
        await row.submit({ type: 'parent' });
        await row.crash('worker', { at: 'tail.before_ack' });
        expect(await row.resultSeq(child)).toBeDefined();
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: 'succeeded', attempts: 1 });
        expectSteps(row, outside, child);
      },
    },
  ],
  'retrying.before_nak': [
    {
      disk: 'retrying',
      after: 'the next delivery waits for the time left',
      async show(row) {
        await row.submit({ type: 'again', params: { afterMs: 6_000 } });
        await row.crash('worker', { at: 'retrying.before_nak' });
        const due = (await row.record())?.not_before ?? '';
        expect([(await row.record())?.state, Date.parse(due)]).toEqual(['retrying', expect.any(Number)]);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', attempts: 2 });
        expect(await row.attempts()).toEqual(['error', 'ok']);
        const began = (await row.record())?.attempts[1]?.started_at ?? '';
        expect(Date.parse(began)).toBeGreaterThanOrEqual(Date.parse(due));
      },
    },
  ],
  'retrying.before_timer': [
    {
      disk: 'retrying, for longer than a message may wait, without a timer',
      after: 'the next delivery sees to the timer',
      async show(row) {
        await row.submit({ type: 'again', params: { afterMs: 120_000 } });
        await row.crash('worker', { at: 'retrying.before_timer' });
        expect(await row.record()).toMatchObject({ state: 'retrying', attempt: 1 });
        expect(await row.messages()).not.toContain(`sched.${row.id}`);
        await row.start('worker');
        await until('the timer', async () => (await row.messages()).includes(`sched.${row.id}`) || undefined);
        await until('the old message to be gone', async () => (await row.unacknowledged()) === 0 || undefined);
        expect(await row.record()).toMatchObject({ state: 'retrying', attempt: 1 });
      },
    },
  ],
  'waiting.before_timer': [
    {
      disk: 'waiting, without a timer',
      after: 'the next delivery sees to the timer, and a signal wakes it',
      async show(row) {
        await row.submit({ type: 'waits' });
        await row.crash('worker', { at: 'waiting.before_timer' });
        expect([(await row.record())?.state, await row.messages()]).not.toContain(`sched.${row.id}`);
        expect(await row.record()).toMatchObject({ state: 'waiting' });
        await row.start('worker');
        await until('the timer', async () => (await row.messages()).includes(`sched.${row.id}`) || undefined);
        await row.start('coordinator');
        await row.tasks.signal({ id: row.id, name: 'approve', value: 'yes' });
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: { value: 'yes' }, attempts: 1 });
      },
    },
  ],
  'wake.before_carrier': [
    {
      disk: 'woken, without a message',
      after: 'the wake comes again and sends it',
      async show(row) {
        await waiting(row);
        await row.tasks.signal({ id: row.id, name: 'approve', value: 'yes' });
        await row.crash('coordinator', { at: 'wake.before_carrier' });
        expect(await row.record()).toMatchObject({ state: 'queued' });
        expect(await row.unacknowledged()).toBe(0);
        await row.start('coordinator');
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: { value: 'yes' }, attempts: 1 });
      },
    },
  ],
  'child.before_carrier': [
    {
      disk: 'the record of a child without a message',
      after: 'its parent is taken over and sends it',
      async show(row, outside) {
        const child = `${row.id}-s-steps`;
        await row.start('coordinator');
        await row.submit({ type: 'parent' });
        await row.crash('worker', { at: 'child.before_carrier' });
        expect(await row.record(child)).toMatchObject({ state: 'queued', attempt: 0 });
        expect(await row.messages()).not.toContain(`task.general.normal.${child}`);
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'succeeded', value: 'succeeded' });
        expectSteps(row, outside, child);
      },
    },
  ],
  'plan.before_start': [
    {
      disk: 'one of two steps is begun',
      after: 'the plan is taken over and begins the other',
      async show(row, outside) {
        await row.start('coordinator');
        await row.submit(plan);
        await row.crash('worker', { at: 'plan.before_start', nth: 2 });
        expect(await row.record(`${row.id}-s-a`)).toMatchObject({ gen: 1 });
        expect(await row.record(`${row.id}-s-b`)).toBeUndefined();
        await row.start('worker');
        await expectPlan(row, outside);
      },
    },
    {
      disk: 'between the results of its steps, a plan that has begun nothing more',
      after: 'it decides the same again',
      async show(row, outside) {
        await row.start('coordinator');
        await row.submit(plan);
        await row.crash('worker', { at: 'plan.before_start', nth: 3 });
        for (const id of ['a', 'b'])
          expect(await row.record(`${row.id}-s-${id}`)).toMatchObject({ state: 'succeeded' });
        expect(await row.record(`${row.id}-s-c`)).toBeUndefined();
        await row.start('worker');
        await expectPlan(row, outside);
      },
    },
  ],
  'cancel.before_broadcast': [
    {
      disk: 'the wish alone',
      after: 'the owner sees it',
      async show(row) {
        await row.start('worker');
        await row.submit({ type: 'hang' });
        await running(row);
        await row.crash('cancel', { at: 'cancel.before_broadcast' });
        expect(await row.result()).toMatchObject({ state: 'cancelled', error: { message: 'enough' } });
        expect(await row.stored(`t.${row.id}`)).toMatchObject({ desired: 'cancel', stopped_by: 'owner' });
      },
    },
    {
      disk: 'the wish alone, and its owner is dead',
      after: 'the next delivery ends it',
      async show(row) {
        await row.submit({ type: 'hang' });
        await row.crash('worker', { at: 'worker.after_claim' });
        await row.crash('cancel', { at: 'cancel.before_broadcast' });
        expect(await row.stored(`t.${row.id}`)).toMatchObject({ state: 'running', desired: 'cancel' });
        await row.start('worker');
        expect(await row.result()).toMatchObject({ state: 'cancelled', error: { message: 'enough' }, attempts: 1 });
        expect(await row.attempts()).toEqual(['cancelled']);
      },
    },
  ],
};

async function expectPlan(row: CrashRow, outside: Outside): Promise<void> {
  const told = ['a', 'b', 'c'].map((id) => ({ id, state: 'ok', task_id: `${row.id}-s-${id}` }));
  expect(await row.result()).toMatchObject({ state: 'succeeded', value: { steps: told } });
  for (const { task_id } of told) {
    expectSteps(row, outside, task_id);
    expect((await row.record(task_id))?.result).toMatchObject({ state: 'succeeded', gen: 1 });
  }
}
