import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import { type Crashes, expectSteps, inState, type Outside, steps } from './crash.ts';
import type { CrashRow } from './crash-row.ts';

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

/** A task that waits for a signal nobody has given yet, and no process that works it any more. */
async function waiting(row: CrashRow): Promise<void> {
  const worker = await row.start('worker');
  await row.submit({ type: 'waits' });
  await inState(row, 'waiting');
  await until('its timer', async () => (await row.messages()).includes(`sched.${row.id}`) || undefined);
  await until('its message to be gone', async () => (await row.unacknowledged()) === 0 || undefined);
  await worker.stop('SIGKILL');
}

/** A task waits, and whoever is to wake it, or to begin what it waits for, dies. */
export const waitCrashes = {
  'waiting.before_timer': [
    {
      disk: 'waiting, without a timer',
      after: 'the next delivery sees to the timer, and a signal wakes it',
      async show(row) {
        await row.submit({ type: 'waits' });
        await row.crash('worker', { at: 'waiting.before_timer' });
        expect(await row.record()).toMatchObject({ state: 'waiting' });
        expect(await row.messages()).not.toContain(`sched.${row.id}`);
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
} satisfies Readonly<Record<string, Crashes>>;

async function expectPlan(row: CrashRow, outside: Outside): Promise<void> {
  const told = ['a', 'b', 'c'].map((id) => ({ id, state: 'ok', task_id: `${row.id}-s-${id}` }));
  expect(await row.result()).toMatchObject({ state: 'succeeded', value: { steps: told } });
  for (const { task_id } of told) {
    expectSteps(row, outside, task_id);
    expect((await row.record(task_id))?.result).toMatchObject({ state: 'succeeded', gen: 1 });
  }
}
