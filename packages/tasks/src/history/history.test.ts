import { ok } from '@seedcore/protocol';
import type { Fate, MemoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith, TaskBench } from '../testing/index.ts';
import { eventKey, type HistoryEvent, inOrder } from './history-event.ts';

const twoTries: Handler = async (_params, task) => {
  await task.step('fetch', async () => 1);
  if (task.attempt === 1) throw new Error('not yet');
  return ok('at last');
};
const deaf: Handler = () => new Promise(() => undefined);
const names = (events: readonly HistoryEvent[]) => events.map(({ event, step }) => step ?? event);

/** Counts writes to the log and to everything else, and lets those to the log meet their fate. */
function watchLog(store: MemoryStore, fate: () => Fate = () => 'pass') {
  const seen = { log: 0, other: 0 };
  store.broker.fates = (what, subject) => {
    if (what !== 'write' || subject.includes('_leases')) return 'pass';
    seen[subject.includes('.log.task.') ? 'log' : 'other'] += 1;
    return subject.includes('.log.task.') ? fate() : 'pass';
  };
  return seen;
}

test('the history of a task has every change of its record and every step, in order, each with its epoch', async () => {
  const { all, tasks } = await benchWith({ demo: twoTries });
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  await all.clock.advance(1000);
  const events = await tasks.history('a');
  expect(names(events)).toEqual(['submitted', 'claimed', 'fetch', 'retrying', 'claimed', 'succeeded']);
  const attempts = (await tasks.get('a'))?.attempts ?? [];
  expect(events.flatMap(({ event, epoch }) => (event === 'claimed' ? [epoch] : []))).toEqual(
    attempts.map(({ epoch }) => epoch),
  );
  expect(events[3]).toMatchObject({ error: { code: 'Error' }, delay_ms: attempts[0]?.delay_ms });
  expect(events.at(-1)?.end).toMatchObject({ type: 'demo', attempts: 2, owners: ['host'] });
});

test('a task without steps costs five writes, and its history one more, together with those of others', async () => {
  const { all, client, host, tasks } = await benchWith({ demo: async () => ok(1) }, { slots: 32 });
  const atClient = watchLog(client.store);
  const atHost = watchLog(host.store);
  const ids = Array.from({ length: 20 }, (_, i) => `t${i}`);
  await all.passing(Promise.all(ids.map((id) => tasks.submit({ id, type: 'demo' }))));
  for (const id of ids) await all.passing(tasks.wait(id, { timeoutMs: 60_000 }));
  await all.clock.advance(1000);
  expect(atClient.other + atHost.other).toBe(5 * ids.length);
  expect(atClient.log + atHost.log).toBeLessThanOrEqual(6);
  for (const id of ids) expect(names(await tasks.history(id))).toEqual(['submitted', 'claimed', 'succeeded']);
});

test('durable.A1 the message of an ended task is acknowledged only when its end is in the log', async () => {
  const { all, client, host, tasks } = await benchWith({ demo: async () => ok(1) });
  watchLog(host.store, () => 'die');
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5000 }))).toMatchObject({ state: 'succeeded' });
  await all.clock.advance(1000);
  expect(names(await tasks.history('a'))).toEqual(['submitted']);
  const other = all.process('other').tasks.worker('general', { handlers: {} });
  await all.passing(other.ready);
  await all.clock.advance(60_000);
  const events = await client.tasks.history('a');
  expect(names(events)).toEqual(['submitted', 'succeeded']);
  expect(events.filter(({ end }) => end !== undefined)).toHaveLength(1);
});

test.each<Fate>(['lose_request', 'lose_answer'])('a write of the log that meets "%s" is made once', async (fate) => {
  const { all, host, tasks } = await benchWith({ demo: twoTries });
  let left = 3;
  watchLog(host.store, () => (left-- > 0 ? fate : 'pass'));
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  await all.clock.advance(60_000);
  const stored = all.server.stream('SC_test_LOG')?.of('test.log.task.a') ?? [];
  expect(stored).toHaveLength(6);
  expect(names(await tasks.history('a'))).toEqual([
    'submitted',
    'claimed',
    'fetch',
    'retrying',
    'claimed',
    'succeeded',
  ]);
});

test('a log that takes nothing stops no work, and that is reported', async () => {
  const { all, host, tasks } = await benchWith({ demo: async () => ok(1) });
  watchLog(host.store, () => 'lose_request');
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  await all.clock.advance(60_000);
  expect(host.reported.map(({ where }) => where)).toEqual(['history: 2 events could not be kept']);
  expect(all.server.stream('SC_test_TASKS')?.size).toBe(0);
});

test('only the newest 200 events of a task are kept', async () => {
  const steps: Handler = async (_params, task) => {
    for (let i = 0; i < 230; i++) await task.step(`s${i}`, async () => i);
    return ok(1);
  };
  const { all, tasks } = await benchWith({ demo: steps });
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  await all.clock.advance(1000);
  const events = await tasks.history('a');
  expect(events).toHaveLength(200);
  expect(names(events).slice(-3)).toEqual(['s228', 's229', 'succeeded']);
});

test('durable.A8 a dead letter tells what happened, its end included, and so does the history of its next life', async () => {
  const refuse: Handler = async (params) =>
    params['n'] === 2 ? ok('fine') : { ok: false, failure: { code: 'no', details: {} } };
  const { all, tasks } = await benchWith({ demo: refuse });
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  const [letter] = (await tasks.deadLetters({ limit: 1 })).items;
  expect(names(letter?.history ?? [])).toEqual(['submitted', 'claimed', 'failed']);
  const patch = { params: { n: 2 } };
  await all.passing(tasks.redrive({ id: 'a', patch }));
  await all.passing(tasks.wait('a', { gen: 2, timeoutMs: 60_000 }));
  await all.clock.advance(1000);
  const events = (await tasks.history('a')).filter(({ gen }) => gen === 2);
  expect(names(events)).toEqual(['restarted', 'repaired', 'claimed', 'succeeded']);
  expect(events[1]?.patch).toEqual(patch);
});

test('the order of events is that of the writes they speak of, whichever process told of them first', () => {
  const bench = new TaskBench();
  const event = (rev: number | undefined, name: HistoryEvent['event']): HistoryEvent => ({
    ...{ id: 'a', gen: 1, event: name, at: new Date(bench.clock.wallMs()).toISOString(), state: 'running' },
    ...{ queue: 'general', attempt: 1, epoch: 5 },
    ...(rev === undefined ? {} : { rev }),
  });
  const told = [event(5, 'submitted'), event(9, 'succeeded'), event(7, 'claimed'), event(7, 'claimed')];
  const late = event(undefined, 'late_after_fence');
  expect(names(inOrder([...told, late]))).toEqual(['submitted', 'claimed', 'succeeded', 'late_after_fence']);
  expect(eventKey(event(7, 'claimed'))).toBe(eventKey(event(7, 'claimed')));
});

test('a task that was cancelled while it ran tells of the wish and of the end', async () => {
  const { all, tasks } = await benchWith({ demo: deaf });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  await all.passing(tasks.cancel('a', { reason: 'enough' }));
  await all.clock.advance(10_000);
  const events = await tasks.history('a');
  expect(names(events).slice(0, 4)).toEqual(['submitted', 'claimed', 'cancel_wished', 'cancelled']);
  expect(events[3]).toMatchObject({ reason: 'enough', end: { attempts: 1 } });
  expect(await tasks.history('not a task')).toEqual([]);
});
