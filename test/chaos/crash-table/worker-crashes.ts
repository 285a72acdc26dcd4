import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import { type Crashes, expectSteps, steps } from './crash.ts';

/** Whoever runs a task dies. */
export const workerCrashes = {
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
        const sent = outside.receiver.answers.get(`${row.id}/send`);
        expect([sent, await row.stored(`m.${row.id}.1.send`)]).toEqual([expect.any(String), undefined]);
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
} satisfies Readonly<Record<string, Crashes>>;
