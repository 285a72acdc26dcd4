import { expect } from 'vitest';
import { type Crashes, expectSteps, steps } from './crash.ts';

/** The task has ended, and whoever ended it dies before all has followed. */
export const tailCrashes = {
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
} satisfies Readonly<Record<string, Crashes>>;
