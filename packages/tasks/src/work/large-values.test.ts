import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith } from '../testing/index.ts';
import { SWEEP_MS } from './sweep.ts';

const large = 'x'.repeat(300_000);
const HOUR_MS = 3_600_000;

/** Repeats its input by way of a memo. */
const echo: Handler = async (params, task) => {
  const text = await task.step('copy', async () => params['text']);
  if (task.attempt === 1) throw new Error('once more, from the memo');
  return ok({ text });
};

test('large inputs, memos and results come through, and no record holds them', async () => {
  const { all, tasks } = await benchWith({ demo: echo });
  await all.passing(tasks.submit({ id: 'a', type: 'demo', params: { text: large } }));
  const result = await all.passing(tasks.wait('a', { timeoutMs: 60_000 }));
  expect(result).toMatchObject({ state: 'succeeded', value: { text: large }, attempts: 2 });
  expect(result?.value_ref).toBeUndefined();
  expect(await tasks.get('a')).toMatchObject({ spec: { params: { text: large } }, result: { value: { text: large } } });
  for (const stream of ['KV_test_tasks', 'SC_test_RESULTS', 'SC_test_TASKS', 'SC_test_LOG'])
    for (const { body } of all.server.stream(stream)?.matching('>') ?? []) expect(body.length).toBeLessThan(5000);
});

test('the large result of a child is the value of its parent’s step', async () => {
  const { all, tasks } = await benchWith({
    child: async () => ok(large),
    parent: async (_params, task) => ok(String((await task.child('one', { type: 'child' })).value).length),
  });
  await all.passing(all.process('system').tasks.system().ready);
  await all.passing(tasks.submit({ id: 'a', type: 'parent' }));
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ value: large.length });
});

test('a dead letter with a large input can be redriven, with a patch on it', async () => {
  const refuse: Handler = async (params) =>
    params['n'] === 2 ? ok(String(params['text']).length) : { ok: false, failure: { code: 'no', details: {} } };
  const { all, tasks } = await benchWith({ demo: refuse });
  await all.passing(tasks.submit({ id: 'a', type: 'demo', params: { text: large } }));
  await all.passing(tasks.wait('a', { timeoutMs: 60_000 }));
  const [letter] = (await tasks.deadLetters({ limit: 1 })).items;
  expect(letter).toMatchObject({ spec: { params: {} }, input_ref: { bytes: large.length + 11 } });
  await all.passing(tasks.redrive({ id: 'a', patch: { params: { n: 2 } } }));
  expect(await all.passing(tasks.wait('a', { gen: 2, timeoutMs: 60_000 }))).toMatchObject({ value: large.length });
});

test('large values go when their task is gone, and stay while a dead letter may need them', async () => {
  const { all, tasks } = await benchWith({
    demo: async (params) => (params['bad'] ? { ok: false, failure: { code: 'no', details: {} } } : ok(large)),
  });
  await all.passing(tasks.submit({ id: 'good', type: 'demo' }));
  await all.passing(tasks.submit({ id: 'bad', type: 'demo', params: { bad: true, text: large } }));
  await all.passing(tasks.wait('good', { timeoutMs: 60_000 }));
  await all.passing(tasks.wait('bad', { timeoutMs: 60_000 }));
  const objects = () => all.server.stream('OBJ_test_work')?.subjects('$O.test_work.M.*').length;
  expect(objects()).toBe(2);
  for (let hour = 0; hour < 27; hour++) await all.clock.advance(HOUR_MS);
  expect(await tasks.get('good')).toBeUndefined();
  expect(objects()).toBe(1);
  await all.passing(tasks.redrive({ id: 'bad', patch: { params: { bad: false } } }));
  expect(await all.passing(tasks.wait('bad', { gen: 2, timeoutMs: 60_000 }))).toMatchObject({ value: large });
  for (let hour = 0; hour < 27; hour++) await all.clock.advance(HOUR_MS);
  await all.clock.advance(2 * SWEEP_MS);
  expect(objects()).toBe(0);
  expect(all.server.stream('OBJ_test_work')?.size).toBe(0);
});
