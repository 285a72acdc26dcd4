import { fail, ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith } from '../testing/index.ts';

const forever: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));

test('a result stored before the wait began is found at once', async () => {
  const { all, tasks } = await benchWith({ demo: async () => ok(1) });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 10 }))).toMatchObject({ state: 'succeeded', value: 1 });
});

test('a result stored between listening and looking is not missed', async () => {
  const { all, client, tasks } = await benchWith({ demo: async () => ok(1) });
  const last = client.store.broker.last.bind(client.store.broker);
  client.store.broker.last = async (stream, subject) => {
    const found = await last(stream, subject);
    if (stream.endsWith('RESULTS')) await tasks.submit({ id: 'a', type: 'demo' });
    return found;
  };
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5000 }))).toMatchObject({ state: 'succeeded' });
});

test('an announcement that was lost is made up for by a second look', async () => {
  const { all, client, tasks } = await benchWith({ demo: async () => ok(1) });
  client.store.broker.subscribe = () => ({ stop: () => undefined });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const waiting = tasks.wait('b', { timeoutMs: 60_000 });
  await all.passing(tasks.submit({ id: 'b', type: 'demo' }));
  expect(await all.passing(waiting)).toMatchObject({ state: 'succeeded' });
  expect(all.clock.now()).toBeLessThan(40_000);
});

test('a wait that is over before the task gives nothing', async () => {
  const { all, tasks } = await benchWith({ demo: forever });
  expect(await all.passing(tasks.run({ type: 'demo' }, { timeoutMs: 500 }))).toMatchObject({ ok: true });
  expect(await all.passing(tasks.wait('unknown', { timeoutMs: 500 }))).toBeUndefined();
});

test('whoever submits does not notice that the stream of messages has no leader for a while', async () => {
  let runs = 0;
  const { all, client, tasks } = await benchWith({
    demo: async () => {
      runs += 1;
      return ok(runs);
    },
  });
  let tries = 0;
  client.store.broker.fates = (what, subject) => {
    if (what !== 'write' || !subject.startsWith('test.task.')) return 'pass';
    tries += 1;
    return (['lose_request', 'lose_answer', 'lose_request'] as const)[tries - 1] ?? 'pass';
  };
  expect(await all.passing(tasks.submit({ id: 'a', type: 'demo' }))).toMatchObject({ ok: true });
  expect(tries).toBe(4);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5_000 }))).toMatchObject({ state: 'succeeded', attempts: 1 });
  await all.clock.advance(60_000);
  expect(runs).toBe(1);
});

test('dead letters of a queue are redriven by what they have in common, the oldest first, no faster than asked', async () => {
  let well = false;
  const { all, tasks } = await benchWith({
    demo: async () => (well ? ok(1) : fail('unwell', {})),
    other: async () => fail('unwell', {}),
  });
  for (const id of ['a', 'b', 'c']) await all.passing(tasks.run({ id, type: 'demo' }, { timeoutMs: 5_000 }));
  await all.passing(tasks.run({ id: 'd', type: 'other' }, { timeoutMs: 5_000 }));
  well = true;
  const wish = { queue: 'general', type: 'demo', limit: 2, ratePerS: 1 };
  const planned = {
    redriven: [
      { id: 'a', gen: 2 },
      { id: 'b', gen: 2 },
    ],
    skipped: [],
  };
  expect(await all.passing(tasks.redriveAll({ ...wish, dryRun: true }))).toEqual({ ...planned, remaining: 3 });
  const begun = all.clock.now();
  expect(await all.passing(tasks.redriveAll(wish))).toEqual({ ...planned, remaining: 1 });
  expect(all.clock.now() - begun).toBeGreaterThanOrEqual(1_000);
  expect(await all.passing(tasks.wait('b', { timeoutMs: 5_000, gen: 2 }))).toMatchObject({ state: 'succeeded' });
  expect((await all.passing(tasks.deadLetters({ limit: 10 }))).items.map(({ id }) => id)).toEqual(['d', 'c']);
  expect(await all.passing(tasks.redriveAll({ queue: 'general', limit: 10, fromStep: 'none' }))).toEqual({
    redriven: [],
    skipped: [
      { id: 'c', why: 'unknown_step' },
      { id: 'd', why: 'unknown_step' },
    ],
    remaining: 2,
  });
  const old = new Date(all.clock.wallMs() - 3_600_000);
  expect(await all.passing(tasks.redriveAll({ queue: 'general', limit: 10, before: old }))).toMatchObject({
    remaining: 0,
  });
  await expect(tasks.redriveAll({ queue: 'general', limit: 1_001 })).rejects.toThrow(/limit/);
  await expect(tasks.redriveAll({ queue: 'general', limit: 1, ratePerS: 0 })).rejects.toThrow(/ratePerS/);
});

test('a task too large is refused before anything is written', async () => {
  const { tasks } = await benchWith({});
  const params = { text: 'x'.repeat(8 * 1024 * 1024) };
  await expect(tasks.submit({ type: 'demo', params })).rejects.toMatchObject({ code: 'bad_request' });
});

test('a deadline more than seven days ahead is refused by name', async () => {
  const { all, tasks } = await benchWith({});
  const deadline = new Date(all.clock.wallMs() + 8 * 86_400_000).toISOString();
  await expect(tasks.submit({ type: 'demo', deadline_at: deadline })).rejects.toThrow(/deadline_at/);
});

test('an unknown field is refused by name', async () => {
  const { tasks } = await benchWith({});
  const spec: object = { type: 'demo', pramas: {} };
  await expect(tasks.submit({ type: 'demo', ...spec })).rejects.toThrow(/pramas.*did you mean "params"/);
});

test('the same cancellation again gets the first answer, another one is too late', async () => {
  const { all, tasks } = await benchWith({ demo: forever });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  const first = await all.passing(tasks.cancel('a', { reason: 'enough' }));
  expect(first).toMatchObject({ ok: true, value: { stopped_by: 'owner' } });
  expect(await all.passing(tasks.cancel('a', { reason: 'enough' }))).toEqual(first);
  const other = await all.passing(tasks.cancel('a', { reason: 'because' }));
  expect(other).toMatchObject({ failure: { code: 'already_final', details: { state: 'cancelled' } } });
  const unknown = await all.passing(tasks.cancel('b', { reason: 'enough' }));
  expect(unknown).toMatchObject({ failure: { code: 'unknown_task' } });
});

test('a redrive that crashed before its message is finished by the next one', async () => {
  const { all, client, tasks } = await benchWith({ good: async () => ok('good') });
  await all.passing(tasks.run({ id: 'a', type: 'bad' }, { timeoutMs: 5000 }));
  client.store.broker.fates = (_what, subject) => (subject.includes('.task.') ? 'die' : 'pass');
  void tasks.redrive({ id: 'a', patch: { type: 'good' } });
  await all.clock.advance(1000);
  const { tasks: others } = all.process('other');
  const again = await all.passing(others.redrive({ id: 'a', patch: { type: 'good' } }));
  expect(again).toEqual({ ok: true, value: { id: 'a', gen: 2 } });
  expect(await all.passing(others.wait('a', { timeoutMs: 5000, gen: 2 }))).toMatchObject({ value: 'good', gen: 2 });
});

test('an unfit patch is refused by its place, an unknown letter by its id', async () => {
  const { all, tasks } = await benchWith({ good: async () => ok('good') });
  await all.passing(tasks.run({ id: 'a', type: 'bad' }, { timeoutMs: 5000 }));
  const unfit = await all.passing(tasks.redrive({ id: 'a', patch: { priority: 'huge' } }));
  expect(unfit).toMatchObject({ failure: { code: 'invalid_patch', details: { path: '/priority' } } });
  const unknown = await all.passing(tasks.redrive({ id: 'b' }));
  expect(unknown).toMatchObject({ failure: { code: 'unknown_dead_letter' } });
});
