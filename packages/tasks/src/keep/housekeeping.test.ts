import { ok } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

const PASS_MS = 60_000;
const DAY_MS = 86_400_000;
const EPOCH_MS = new VirtualClock().wallMs();
const STREAM = 'SC_test_TASKS';
const inMs = (all: TaskBench, ms: number) => new Date(all.clock.wallMs() + ms).toISOString();

/** A bench with a process that is the housekeeper, one that works the queue `general`, and a client. */
async function bench(demo: Handler = async () => ok('done')) {
  const all = new TaskBench();
  const keeper = all.process('keeper');
  await all.passing(keeper.tasks.system().ready);
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers: { demo } });
  await all.passing(worker.ready);
  await all.clock.advance(1_000);
  const client = all.process('client');
  const stored = (id: string) => JSON.parse(text(all.server.stream('KV_test_tasks')?.last(`$KV.test_tasks.t.${id}`)));
  /** Takes away whatever would move the task on. */
  const lose = (id: string, queue = 'general') => {
    all.server.stream(STREAM)?.purge(`test.task.${queue}.normal.${id}`, Number.MAX_SAFE_INTEGER);
    all.server.stream(STREAM)?.purge(`test.sched.${id}`, Number.MAX_SAFE_INTEGER);
  };
  return { all, keeper, host, worker, client, tasks: client.tasks, stored, lose };
}

const text = (message: { readonly body: Uint8Array } | undefined) => new TextDecoder().decode(message?.body);

test('tasks.T9: submitted by a process that died before it sent the message, a task is done within two looks', async () => {
  const { all, tasks, stored } = await bench();
  const dying = all.process('dying');
  dying.store.broker.fates = (_what, subject) => (subject.includes('.task.general.') ? 'die' : 'pass');
  void dying.tasks.submit({ id: 'a', type: 'demo', deadline_at: inMs(all, 86_400_000) });
  await all.clock.advance(2 * PASS_MS + 1_000);
  expect(dying.store.broker.dead).toBe(true);
  expect(await tasks.get('a')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(stored('a')).toMatchObject({ lost_carriers: 1 });
});

test('one that died before the timer of a deadline leaves a deadline that holds', async () => {
  const { all, tasks } = await bench();
  const dying = all.process('dying');
  dying.store.broker.fates = (_what, subject) => (subject.includes('.sched.') ? 'die' : 'pass');
  void dying.tasks.submit({ id: 'a', type: 'demo', deadline_at: inMs(all, 30_000) }, { queue: 'nobody' });
  await all.clock.advance(PASS_MS + 5_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'expired' });
});

test.each<[string, Parameters<Awaited<ReturnType<typeof bench>>['tasks']['submit']>[0], Handler]>([
  ['waits for its time', { type: 'demo', run_after: new Date(EPOCH_MS + 3_600_000).toISOString() }, async () => ok(1)],
  [
    'waits for a signal',
    { type: 'demo' },
    async (_params, task) => ok(await task.waitFor('go', { until: new Date(EPOCH_MS + 10_000_000) })),
  ],
])('a task that %s and has lost its timer gets another one, and stays what it is', async (_name, spec, demo) => {
  const { all, tasks, stored, lose } = await bench(demo);
  await all.passing(tasks.submit({ ...spec, id: 'a' }));
  await all.clock.advance(1_000);
  const before = stored('a');
  lose('a');
  await all.clock.advance(2 * PASS_MS + 1_000);
  expect(stored('a')).toMatchObject({ state: before.state, not_before: before.not_before, lost_carriers: 1 });
  expect(all.server.stream(STREAM)?.last('test.sched.a')?.header('Sc-Carrier')).toBe(stored('a').carrier);
});

test('a task whose message is gone and whose worker is dead is taken over, past its steps', async () => {
  let fetched = 0;
  const { all, host, tasks, lose } = await bench(async (_params, task) => {
    await task.step('fetch', async () => {
      fetched += 1;
    });
    return task.attempt === 1 ? new Promise(() => undefined) : ok('done');
  });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1_000);
  lose('a');
  host.store.broker.die();
  const other = all.process('other');
  const demo: Handler = async (_params, task) => {
    await task.step('fetch', async () => {
      fetched += 1;
    });
    return ok(task.attempt);
  };
  await all.passing(other.tasks.worker('general', { handlers: { demo } }).ready);
  await all.clock.advance(2 * PASS_MS + 1_000);
  expect(await tasks.get('a')).toMatchObject({
    state: 'succeeded',
    attempts: [{ outcome: 'lost' }, { outcome: 'ok' }],
  });
  expect(fetched).toBe(1);
});

test('tasks.T9: a task whose messages are gone again and again is a dead letter, and lives again by a redrive', async () => {
  const { all, tasks, lose } = await bench();
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }, { queue: 'slow' }));
  for (let look = 0; look < 14; look++) {
    lose('a', 'slow');
    await all.clock.advance(PASS_MS);
  }
  const result = await all.passing(tasks.wait('a', { timeoutMs: 1_000 }));
  expect(result).toMatchObject({ state: 'failed', error: { code: 'carrier_lost' }, attempts: 0 });
  const { items } = await all.passing(tasks.deadLetters({ limit: 10 }));
  expect(items).toMatchObject([{ id: 'a', reason: 'carrier_lost', spec: { type: 'demo' } }]);
  await all.passing(tasks.redrive({ id: 'a' }));
  await all.passing(all.process('late').tasks.worker('slow', { handlers: { demo: async () => ok(1) } }).ready);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000, gen: 2 }))).toMatchObject({ state: 'succeeded' });
});

test('the process that makes the dead letter dies before it has told anybody: the next one does', async () => {
  const { all, keeper, tasks, lose, stored } = await bench();
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }, { queue: 'slow' }));
  keeper.store.broker.fates = (_what, subject) => (subject.includes('.dlq.') ? 'die' : 'pass');
  for (let look = 0; look < 14 && !keeper.store.broker.dead; look++) {
    lose('a', 'slow');
    await all.clock.advance(PASS_MS);
  }
  expect(keeper.store.broker.dead).toBe(true);
  expect(stored('a')).toMatchObject({ state: 'failed', dead: 'carrier_lost' });
  await all.passing(all.process('next').tasks.system().ready);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 120_000 }))).toMatchObject({ error: { code: 'carrier_lost' } });
});

test('a task that nobody has begun ends after seven days, one that waits for ever ends seven days after it began', async () => {
  const { all, tasks } = await bench(async (_params, task) =>
    ok(await task.waitFor('go', { until: new Date(EPOCH_MS + 60 * DAY_MS) })),
  );
  await all.passing(tasks.submit({ id: 'idle', type: 'demo' }, { queue: 'nobody' }));
  await all.passing(tasks.submit({ id: 'waits', type: 'demo' }));
  await all.clock.advance(1_000);
  const wallMs = all.clock.wallMs.bind(all.clock);
  all.clock.wallMs = () => wallMs() + 7 * DAY_MS - 10 * PASS_MS;
  await all.clock.advance(5 * PASS_MS);
  expect(await tasks.get('idle')).toMatchObject({ state: 'queued' });
  expect(await tasks.get('waits')).toMatchObject({ state: 'waiting' });
  await all.clock.advance(8 * PASS_MS);
  for (const id of ['idle', 'waits'])
    expect(await tasks.get(id)).toMatchObject({ state: 'expired', error: { code: 'deadline_exceeded' } });
});

test('timers that were due while there was no room fire within thirty seconds after there is some, each once', async () => {
  const { all, tasks, client } = await bench();
  await all.passing(tasks.submit({ id: 'a', type: 'demo', run_after: inMs(all, 20_000) }));
  await all.passing(tasks.submit({ id: 'b', type: 'demo', deadline_at: inMs(all, 20_000) }, { queue: 'nobody' }));
  const due = { at: new Date(all.clock.wallMs() + 20_000), target: 'test.task.general.normal.by-hand' };
  await client.store.broker.write('test.sched.by-hand', new TextEncoder().encode('{"type":"demo"}'), { due });
  await all.clock.advance(19_000);
  all.server.capacityBytes = 1;
  await all.clock.advance(60_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'delayed' });
  expect(await tasks.get('b')).toMatchObject({ state: 'queued' });
  all.server.capacityBytes = Number.POSITIVE_INFINITY;
  await all.clock.advance(30_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(await tasks.get('b')).toMatchObject({ state: 'expired' });
  expect(await tasks.get('by-hand')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(all.server.stream(STREAM)?.subjects('test.sched.>')).toEqual([]);
});

test('what is in order is left alone, whatever state it is in', async () => {
  const { all, keeper, host, tasks, stored } = await bench(async (params, task) => {
    if (params['do'] === 'fail' && task.attempt < 4) throw new Error('not yet');
    if (params['do'] === 'sleep') await task.sleep('nap', 500_000);
    if (params['do'] === 'run') for (let i = 0; i < 30; i++) await task.step(`s${i}`, () => nap(all, 10_000));
    return ok('done');
  });
  const ids = ['fail', 'sleep', 'run', 'quick'];
  for (const id of ids) await all.passing(tasks.submit({ id, type: 'demo', params: { do: id } }));
  await all.passing(tasks.submit({ id: 'later', type: 'demo', run_after: inMs(all, 400_000) }));
  await all.passing(tasks.submit({ id: 'unloved', type: 'demo' }, { queue: 'nobody' }));
  await all.clock.advance(10 * PASS_MS);
  for (const id of [...ids, 'later']) expect(await tasks.get(id), id).toMatchObject({ state: 'succeeded' });
  expect(await tasks.get('unloved')).toMatchObject({ state: 'queued' });
  for (const id of [...ids, 'later', 'unloved']) expect(stored(id).lost_carriers, id).toBeUndefined();
  expect([...keeper.reported, ...host.reported]).toEqual([]);
});

test('what is on its way while the housekeeper looks is not taken for lost', async () => {
  const { all, tasks, stored } = await bench();
  const slow = all.process('slow');
  const { broker } = slow.store;
  const write = broker.write.bind(broker);
  broker.write = async (subject, ...rest) => {
    if (subject.includes('.task.general.')) await nap(all, 10_000);
    return write(subject, ...rest);
  };
  const ids = Array.from({ length: 18 }, (_, i) => `t${i}`);
  for (const id of ids) {
    void slow.tasks.submit({ id, type: 'demo' });
    await all.clock.advance(7_000);
  }
  await all.clock.advance(2 * PASS_MS);
  for (const id of ids) {
    expect(await tasks.get(id), id).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect(stored(id).lost_carriers, id).toBeUndefined();
  }
});

test('when the housekeeper dies another process becomes one', async () => {
  const { all, keeper, tasks, lose } = await bench();
  await all.passing(all.process('second').tasks.system().ready);
  keeper.store.broker.die();
  await all.passing(tasks.submit({ id: 'a', type: 'demo', run_after: inMs(all, 600_000) }));
  lose('a');
  await all.clock.advance(30_000 + 2 * PASS_MS);
  expect(all.server.stream(STREAM)?.last('test.sched.a')).toBeDefined();
});

/** Lets time pass inside a handler. */
const nap = (all: TaskBench, ms: number) =>
  new Promise<void>((resolve) => {
    all.clock.after(ms, resolve);
  });
