import { expect } from 'vitest';
import { type Crashes, expectSteps, inState, steps } from './crash.ts';

/** Whoever asks for something dies. */
export const clientCrashes = {
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
  'cancel.before_broadcast': [
    {
      disk: 'the wish alone',
      after: 'the owner sees it',
      async show(row) {
        await row.start('worker');
        await row.submit({ type: 'hang' });
        await inState(row, 'running');
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
} satisfies Readonly<Record<string, Crashes>>;
