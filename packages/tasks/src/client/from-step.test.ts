import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { benchWith } from '../testing/index.ts';

/** A task of three steps, of which `score` refuses what it is given unless it is good; and the steps that ran. */
async function threeSteps() {
  const ran: string[] = [];
  const made = await benchWith(
    {
      demo: async (params, task) => {
        const step = (name: string) =>
          task.step(name, async () => {
            ran.push(`${name} ${task.gen}`);
            if (name === 'score' && params['url'] !== 'good')
              throw Object.assign(new Error('no'), { retryable: false });
            return name;
          });
        await step('fetch');
        await step('score');
        return ok(await step('send'));
      },
    },
    { retry: { attempts: 2, windowsMs: [10] } },
  );
  const submit = (url: string) =>
    made.all.passing(made.tasks.run({ id: 't9', type: 'demo', params: { url } }, { timeoutMs: 60_000 }));
  const result = (gen: number) => made.all.passing(made.tasks.wait('t9', { timeoutMs: 60_000, gen }));
  return { ...made, ran, submit, result };
}

test('durable, golden 4: a dead letter goes on from the step that failed, with a repaired input', async () => {
  const { all, tasks, ran, submit, result } = await threeSteps();
  await submit('bad');
  const { items } = await tasks.deadLetters({ limit: 1 });
  expect(items[0]).toMatchObject({ id: 't9', steps: ['fetch'], attempts: [{ n: 1, outcome: 'error', step: 'score' }] });
  ran.length = 0;
  const request = { id: 't9', fromStep: 'score', patch: { params: { url: 'good' } } };
  expect(await all.passing(tasks.redrive(request))).toEqual(ok({ id: 't9', gen: 2 }));
  expect(await result(2)).toMatchObject({ state: 'succeeded', value: 'send', gen: 2 });
  expect(ran).toEqual(['score 2', 'send 2']);
  expect((await tasks.deadLetters({ limit: 1 })).total).toBe(0);
});

test('a step that nobody has heard of is refused, and those there are are named', async () => {
  const { all, tasks, submit } = await threeSteps();
  await submit('bad');
  expect(await all.passing(tasks.redrive({ id: 't9', fromStep: 'scor' }))).toEqual({
    ok: false,
    failure: { code: 'unknown_step', details: { id: 't9', known: ['fetch', 'score'] } },
  });
  expect((await tasks.deadLetters({ limit: 1 })).total).toBe(1);
});

test('a task that has ended is done again from any of its steps, and again from there', async () => {
  const { all, tasks, ran, submit, result } = await threeSteps();
  await submit('good');
  ran.length = 0;
  expect(await all.passing(tasks.retry('t9', { fromStep: 'send' }))).toEqual(ok({ id: 't9', gen: 2 }));
  await result(2);
  expect(ran).toEqual(['send 2']);
  // What the second life kept of the first is kept by the third as well.
  await all.passing(tasks.retry('t9', { fromStep: 'score' }));
  await result(3);
  expect(ran).toEqual(['send 2', 'score 3', 'send 3']);
  await all.passing(tasks.retry('t9'));
  await result(4);
  expect(ran.slice(3)).toEqual(['fetch 4', 'score 4', 'send 4']);
});

test('one that died for good is done again too, and its letter is gone', async () => {
  const { all, tasks, submit, result } = await threeSteps();
  await submit('bad');
  await all.passing(tasks.retry('t9'));
  expect(await result(2)).toMatchObject({ state: 'failed', gen: 2 });
  const { items, total } = await tasks.deadLetters({ limit: 5 });
  expect([total, items[0]?.gen]).toEqual([1, 2]);
});

test.each<[string, string]>([
  ['none', 'unknown_task'],
  ['a*', 'unknown_task'],
  ['running', 'not_final'],
])('"%s" is not done again: %s', async (id, code) => {
  const { all, tasks } = await benchWith({ demo: () => new Promise(() => undefined) });
  await all.passing(tasks.submit({ id: 'running', type: 'demo' }));
  await all.clock.advance(1_000);
  expect(await all.passing(tasks.retry(id))).toMatchObject({ failure: { code } });
});

test('durable.A8: a crash anywhere on the way runs no earlier step again', async () => {
  for (let at = 0; at < 8; at++) {
    const { all, tasks, ran, submit, result } = await threeSteps();
    await submit('bad');
    ran.length = 0;
    const dying = all.process('dying');
    let writes = 0;
    dying.store.broker.fates = (what) => (what === 'write' && writes++ === at ? 'die' : 'pass');
    const request = { id: 't9', fromStep: 'score', patch: { params: { url: 'good' } } };
    void dying.tasks.redrive(request);
    await all.clock.advance(2_000);
    const again = await all.passing(tasks.redrive(request));
    expect(again.ok || again.failure.code === 'unknown_dead_letter').toBe(true);
    expect(await result(2)).toMatchObject({ state: 'succeeded' });
    expect(ran).toEqual(['score 2', 'send 2']);
  }
});
