import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith, TaskBench } from '../testing/index.ts';

const forever: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
const deaf: Handler = () => new Promise(() => undefined);

test('a worker that died is replaced after its lease, finished steps are not run again', async () => {
  const { all, host, tasks } = await benchWith({
    demo: async (params, task) => {
      await task.step('fetch', async () => fetched.push(task.attempt));
      return task.attempt === 1 ? deaf(params, task) : ok(await task.step('fetch', async () => 'never'));
    },
  });
  const fetched: number[] = [];
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(2000);
  host.store.broker.die();
  let again = 0;
  const resumed: Handler = async (_params, task) => ok(await task.step('fetch', async () => ++again));
  const other = all.process('other').tasks.worker('general', { handlers: { demo: resumed } });
  await all.passing(other.ready);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ value: 1, attempts: 2 });
  expect((await tasks.get('a'))?.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ok']);
  expect(fetched).toEqual([1]);
  expect(again).toBe(0);
});

test('what keeps killing its host is a dead letter after the fifth', async () => {
  const all = new TaskBench();
  const { tasks } = all.process('client');
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  for (let i = 0; i < 5; i++) {
    const host = all.process(`host-${i}`);
    await all.passing(host.tasks.worker('general', { handlers: { demo: deaf } }).ready);
    await all.clock.advance(40_000);
    host.store.broker.die();
  }
  await all.passing(all.process('last').tasks.worker('general', { handlers: { demo: deaf } }).ready);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ error: { code: 'runs_lost' } });
  expect((await tasks.deadLetters({ limit: 1 })).items[0]).toMatchObject({ reason: 'runs_lost' });
});

test('a zombie changes nothing: its memo loses the race, its end is refused, its message is not acknowledged', async () => {
  const acks: string[] = [];
  let wake: () => void = () => undefined;
  const sleeping: Handler = async (_params, task) => {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    return ok(await task.step('late', async () => 'zombie').catch(() => 'stopped'));
  };
  const { all, host, tasks } = await benchWith({ demo: sleeping });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  host.store.broker.disconnect();
  host.store.broker.fates = (what, subject) => {
    acks.push(`${what} ${subject}`);
    return 'pass';
  };
  const other = all.process('other').tasks.worker('general', { handlers: { demo: async () => ok('second') } });
  await all.passing(other.ready);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ value: 'second', attempts: 2 });
  const before = await tasks.get('a');
  host.store.broker.reconnect();
  wake();
  await all.clock.advance(60_000);
  expect(await tasks.get('a')).toEqual(before);
  expect(acks.filter((one) => one.includes('task.general'))).toEqual([]);
  const [first] = before?.attempts ?? [];
  expect((await tasks.history('a')).at(-1)).toMatchObject({ event: 'late_after_fence', epoch: first?.epoch });
});

test('a worker that was overtaken without noticing ends nothing, while the other one goes on', async () => {
  let finish: () => void = () => undefined;
  const unaware: Handler = () =>
    new Promise((resolve) => {
      finish = () => resolve(ok('first'));
    });
  const { all, worker, tasks } = await benchWith({ demo: unaware });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(100);
  const slow: Handler = async () => {
    await new Promise<void>((resolve) => all.clock.after(3000, resolve));
    return ok('second');
  };
  await all.passing(all.process('other').tasks.worker('general', { handlers: { demo: slow } }).ready);
  void worker.drain(60_000);
  all.server.consumerOf('SC_test_TASKS', 'general_normal')?.again(1, 0);
  await all.clock.advance(1000);
  expect(await tasks.get('a')).toMatchObject({ state: 'running', attempt: 2 });
  finish();
  await all.clock.advance(1000);
  expect(await tasks.get('a')).toMatchObject({ state: 'running', attempt: 2 });
  expect(await all.passing(tasks.wait('a', { timeoutMs: 10_000 }))).toMatchObject({ value: 'second' });
});

test('a drained worker finishes what is quick and hands back the rest uncounted', async () => {
  let finish: () => void = () => undefined;
  const quick: Handler = () =>
    new Promise((resolve) => {
      finish = () => resolve(ok('quick'));
    });
  const { all, worker, tasks } = await benchWith({ quick, slow: forever });
  await all.passing(tasks.submit({ id: 'q', type: 'quick' }));
  await all.passing(tasks.submit({ id: 's', type: 'slow' }));
  await all.clock.advance(1000);
  const draining = worker.drain(5000);
  finish();
  await all.passing(draining);
  expect(worker.running()).toBe(0);
  expect(await tasks.get('q')).toMatchObject({ state: 'succeeded' });
  expect(await tasks.get('s')).toMatchObject({ state: 'queued', attempts: [{ n: 1, outcome: 'handed_back' }] });
  const other = all.process('other').tasks.worker('general', { handlers: { slow: async () => ok('other') } });
  await all.passing(other.ready);
  expect(await all.passing(tasks.wait('s', { timeoutMs: 5000 }))).toMatchObject({ value: 'other', attempts: 2 });
});

test('an owner that ignores a cancellation is overruled, its later result refused', async () => {
  let finish: () => void = () => undefined;
  const stubborn: Handler = () =>
    new Promise((resolve) => {
      finish = () => resolve(ok('late'));
    });
  const { all, host, tasks } = await benchWith({ demo: stubborn });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  host.store.broker.disconnect();
  const cancelled = await all.passing(tasks.cancel('a', { reason: 'enough' }));
  expect(cancelled).toMatchObject({ ok: true, value: { state: 'cancelled', stopped_by: 'force' } });
  host.store.broker.reconnect();
  finish();
  await all.clock.advance(5000);
  expect(await tasks.get('a')).toMatchObject({ state: 'cancelled' });
  expect((await tasks.history('a')).at(-1)).toMatchObject({ event: 'late_after_fence', outcome: 'ok' });
});

test('durable.A5 a process that stood still for longer than its lease writes nothing when it goes on', async () => {
  let goOn: () => void = () => undefined;
  const writes: string[] = [];
  const stopped: Handler = async (_params, task) => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    return ok(await task.step('late', async () => 'zombie'));
  };
  const { all, host, tasks } = await benchWith({ demo: stopped });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  // As after SIGCONT: time has passed, and what the process hears first is its own handler.
  const { clock } = host.store.broker;
  const now = clock.now.bind(clock);
  clock.now = () => now() + 60_000;
  host.store.broker.fates = (what, subject) => {
    if (!subject.includes('leases')) writes.push(`${what} ${subject}`);
    return 'pass';
  };
  goOn();
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  clock.now = now;
  await all.clock.advance(1000);
  expect(writes.filter((one) => one.includes('_tasks') || one.startsWith('ack'))).toEqual([]);
});
