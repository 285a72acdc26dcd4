import { MeshError, ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Effect, Found, Handler } from '../handler.ts';
import { benchWith, TaskBench } from '../testing/index.ts';

/** The outside world: what was done there, under which key. */
function outside() {
  const done: string[] = [];
  const send = async (key: string) => {
    done.push(key);
    return `receipt ${done.length}`;
  };
  return { done, send };
}

/** A task whose host dies after the effect and before its memo, and which another host then takes over. */
async function diedAfterEffect(find: Effect<string>['find']) {
  const { done, send } = outside();
  const all = new TaskBench();
  const first = all.process('first');
  const handler: Handler = async (_params, task) => {
    const receipt = await task.effect('send', {
      run: async (key) => {
        const sent = await send(key);
        if (done.length === 1) first.store.broker.die();
        return sent;
      },
      ...(find === undefined ? {} : { find }),
    });
    return ok(receipt);
  };
  const worker = first.tasks.worker('general', { handlers: { demo: handler } });
  await all.passing(worker.ready);
  const client = all.process('client');
  const waiting = client.tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 });
  const second = all.process('second');
  await all.clock.advance(1_000);
  await all.passing(second.tasks.worker('general', { handlers: { demo: handler } }).ready);
  const answer = await all.passing(waiting);
  return { done, answer, tasks: client.tasks };
}

test('an effect is done once, under its key, and its value is the memo of later attempts', async () => {
  const { done, send } = outside();
  const { all, tasks } = await benchWith({
    demo: async (_params, task) => {
      const receipt = await task.effect('send', { run: send });
      if (task.attempt === 1) throw new Error('after it');
      return ok(receipt);
    },
  });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'receipt 1', attempts: 2 } } });
  expect(done).toEqual(['a/send']);
  expect((await tasks.deadLetters({ limit: 1 })).total).toBe(0);
});

test('after a crash what was done is found and adopted, not done again', async () => {
  const asked: string[] = [];
  const { done, answer } = await diedAfterEffect(async (key) => {
    asked.push(key);
    return { value: 'receipt 1' };
  });
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'receipt 1' } } });
  expect([done, asked]).toEqual([['a/send'], ['a/send']]);
});

test('after a crash what is certainly absent is done', async () => {
  const { done, answer } = await diedAfterEffect(async () => 'absent');
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'receipt 2' } } });
  expect(done).toEqual(['a/send', 'a/send']);
});

test.each<[string, Effect<string>['find']]>([
  ['nobody can tell', async () => 'unknown'],
  ['there is nobody to ask', undefined],
])('after a crash, when %s, it is never done again: the task is a dead letter', async (_name, find) => {
  const { done, answer, tasks } = await diedAfterEffect(find);
  expect(answer).toMatchObject({ value: { result: { state: 'failed', error: { code: 'effect_unknown' } } } });
  expect(done).toHaveLength(1);
  const { items } = await tasks.deadLetters({ limit: 1 });
  expect(items[0]).toMatchObject({ id: 'a', reason: 'effect_unknown', steps: [] });
});

test('a run that threw may have done it: the next attempt asks first', async () => {
  const found: Found<string>[] = ['absent', { value: 'there after all' }];
  let runs = 0;
  const { all, tasks } = await benchWith({
    demo: async (_params, task) =>
      ok(
        await task.effect('send', {
          run: async () => {
            runs += 1;
            throw new Error('connection reset');
          },
          find: async () => found.shift() ?? 'unknown',
        }),
      ),
  });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'there after all', attempts: 3 } } });
  expect(runs).toBe(2);
});

test('a run that nobody can have done is simply tried again, also within one attempt', async () => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs < 3) throw new MeshError('no_responder', { target: 'bank.pay', started: false });
    return 'paid';
  };
  const { all, tasks } = await benchWith({
    demo: async (_params, task) => ok(await task.effect('pay', { run }).catch(() => task.effect('pay', { run }))),
  });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'paid' } } });
  expect(runs).toBe(3);
});

test('a handler that catches the error and asks again is not allowed to repeat it blindly either', async () => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    throw new Error('connection reset');
  };
  const { all, tasks } = await benchWith({
    demo: async (_params, task) => ok(await task.effect('pay', { run }).catch(() => task.effect('pay', { run }))),
  });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', error: { code: 'effect_unknown' } } } });
  expect(runs).toBe(1);
});
