import { readFileSync } from 'node:fs';
import type { Clock } from '@seedcore/protocol';
import type { Fates } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { TaskShelf } from '../record/task-shelf.ts';
import { TaskBench } from '../testing/index.ts';
import { mendSchedules } from './mend.ts';
import { bench, MINUTE, spec } from './recurring-bench.ts';
import type { ScheduleOptions } from './schedule-options.ts';

/** The same, with recurring work every five minutes that nobody has begun from 00:00 to 00:12:01. */
async function afterAnOutage(how: Partial<ScheduleOptions>) {
  const made = await bench();
  await made.schedule('nightly', { everyMs: 5 * MINUTE, spec, ...how });
  made.coordinator.store.broker.die();
  await made.all.clock.advance(16 * MINUTE);
  expect(made.ran).toEqual([]);
  await made.all.passing(made.all.process('other').tasks.system().ready);
  await made.all.clock.advance(20_000);
  return made;
}

test('by the clock of a place and at equal distances, runs begin at their times and are named after them', async () => {
  const { all, tasks, ran, schedule } = await bench();
  const made = await schedule('hourly', { cron: '30 * * * *', tz: 'Asia/Kathmandu', spec });
  expect(made).toMatchObject({
    next_at: '2026-11-22T00:45:00.000Z',
    overlap: 'skip',
    catch_up: 'one',
    queue: 'general',
  });
  await schedule('often', { everyMs: 30 * MINUTE, spec });
  await all.clock.advance(2 * 60 * MINUTE);
  expect(ran.filter((id) => id.startsWith('hourly'))).toEqual(['hourly-20261122T004500Z', 'hourly-20261122T014500Z']);
  expect(ran.filter((id) => id.startsWith('often'))).toHaveLength(4);
  const { items } = await tasks.schedules();
  expect(items.map(({ name }) => name)).toEqual(['hourly', 'often']);
  expect(items[0]).toMatchObject({ last: { id: 'hourly-20261122T014500Z' }, next_at: '2026-11-22T02:45:00.000Z' });
  expect(items[0]?.last?.late_ms).toBeLessThan(1000);
});

test('what the README says of it works as it stands there', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(
    "`tasks.schedule('nightly', { cron: '30 2 * * *', tz: 'Europe/Berlin', spec: { type: 'tidy' } })`",
  );
  const { schedule } = await bench();
  const made = await schedule('nightly', { cron: '30 2 * * *', tz: 'Europe/Berlin', spec: { type: 'tidy' } });
  expect(made).toMatchObject({ cadence: { tz: 'Europe/Berlin' }, next_at: '2026-11-22T01:30:00.000Z' });
});

test('durable.A15: after an outage "one" makes one run, which is late, "skip" none and "all" each of them', async () => {
  const one = await afterAnOutage({});
  expect(one.ran).toHaveLength(1);
  const { items } = await one.tasks.schedules();
  expect(items[0]?.last?.late_ms).toBeGreaterThan(30_000);
  expect((await afterAnOutage({ catchUp: 'skip' })).ran).toEqual([]);
  const all = await afterAnOutage({ catchUp: 'all' });
  expect(all.ran).toHaveLength(3);
  expect(all.most()).toBe(1);
});

test('durable.A15: a fire that is made five times more gives one run', async () => {
  const { all, client, ran, schedule } = await bench();
  await schedule('nightly', { everyMs: 5 * MINUTE, spec });
  await all.clock.advance(5 * MINUTE + 2_000);
  for (let again = 0; again < 5; again++)
    client.store.broker.publish('test.task.sys.normal.nightly.cron', new TextEncoder().encode('{}'));
  await all.clock.advance(MINUTE);
  expect(ran).toHaveLength(1);
});

test.each<[NonNullable<ScheduleOptions['overlap']>, number, number]>([
  ['skip', 2, 1],
  ['queue_one', 4, 1],
  ['allow', 6, 3],
  ['cancel_previous', 6, 1],
])(
  'runs of 12 minutes every five minutes: "%s" begins %d in half an hour, %d at once',
  async (overlap, begun, most) => {
    const made = await bench(12 * MINUTE);
    await made.schedule('long', { everyMs: 5 * MINUTE, spec, overlap });
    await made.all.clock.advance(34 * MINUTE);
    if (overlap === 'queue_one') await made.all.clock.advance(9 * MINUTE);
    expect([made.ran.length, made.most()]).toEqual([begun, most]);
    expect(new Set(made.ran).size).toBe(made.ran.length);
  },
);

test('a run that is ended by the next one is cancelled, and says why', async () => {
  const { all, tasks, ran, schedule } = await bench(12 * MINUTE);
  await schedule('long', { everyMs: 5 * MINUTE, spec, overlap: 'cancel_previous' });
  await all.clock.advance(11 * MINUTE);
  const [first = '', second = ''] = ran;
  expect(await tasks.get(first)).toMatchObject({
    state: 'cancelled',
    error: { message: 'the next run of long is due' },
  });
  expect(await tasks.get(second)).toMatchObject({ state: 'running' });
});

const places: readonly (readonly [string, RegExp])[] = [
  ['what is due is noted', /\$KV\..*\.c\.nightly$/],
  ['the run is submitted', /\$KV\..*\.t\.nightly-/],
  ['the run is on its way', /\.task\.general\./],
  ['the next timer is armed', /\.sched\.nightly\.cron$/],
];
const ends = ['die', 'die_after', 'lose_request', 'lose_answer', 'refuse_written'] as const;

test.each(places.flatMap(([what, where]) => ends.map((fate) => [what, fate, where] as const)))(
  'where %s: %s, and there is still one run for each time, none at once',
  async (_what, fate, where) => {
    const { all, coordinator, tasks, ran, most, schedule } = await bench();
    await schedule('nightly', { everyMs: 5 * MINUTE, spec });
    let hits = 0;
    coordinator.store.broker.fates = ((what, subject) => {
      if (what !== 'write' || !where.test(subject)) return 'pass';
      hits += 1;
      return hits === 1 ? fate : 'pass';
    }) satisfies Fates;
    await all.clock.advance(5 * MINUTE + 2_000);
    expect(hits).toBeGreaterThan(0);
    await all.passing(all.process('other').tasks.system().ready);
    await all.clock.advance(10 * MINUTE + 20_000);
    expect(ran).toHaveLength(3);
    expect(new Set(ran).size).toBe(3);
    expect(most()).toBe(1);
    expect((await tasks.schedules()).items).toMatchObject([{ waiting: [], last: { id: ran[2] } }]);
  },
);

test.each([1, 2])(
  'gone at write %d of its record and back when the next time has come: still one run at once',
  async (n) => {
    const { all, coordinator, ran, most, schedule } = await bench(12 * MINUTE);
    await schedule('long', { everyMs: 5 * MINUTE, spec });
    let writes = 0;
    coordinator.store.broker.fates = (_what, subject) => {
      writes += subject.endsWith('.c.long') ? 1 : 0;
      return writes === n ? 'die' : 'pass';
    };
    await all.clock.advance(11 * MINUTE);
    expect(coordinator.store.broker.dead).toBe(true);
    await all.passing(all.process('other').tasks.system().ready);
    await all.clock.advance(MINUTE);
    expect([ran.length, most()]).toEqual([1, 1]);
  },
);

test('said again it changes nothing, not even what is overdue; said otherwise it holds from now on', async () => {
  const { all, system, tasks, ran, schedule } = await bench();
  const first = await schedule('nightly', { everyMs: 5 * MINUTE, spec });
  await system.drain(0);
  await all.clock.advance(7 * MINUTE);
  expect(await schedule('nightly', { everyMs: 5 * MINUTE, spec })).toEqual(first);
  const other = await schedule('nightly', { everyMs: 5 * MINUTE, spec: { type: 'demo', params: { n: 1 } } });
  expect(other).toMatchObject({ next_at: first.next_at, spec: { params: { n: 1 } } });
  await all.passing(all.process('other').tasks.system().ready);
  await all.clock.advance(MINUTE);
  expect(ran).toHaveLength(1);
  expect((await tasks.get(ran[0] ?? ''))?.spec?.params).toEqual({ n: 1 });
  const sooner = await schedule('nightly', { everyMs: MINUTE, spec });
  expect(Date.parse(sooner.next_at)).toBeLessThanOrEqual(all.clock.wallMs() + MINUTE + 1000);
  await all.clock.advance(MINUTE + 2_000);
  expect(ran).toHaveLength(2);
});

test('what is taken back begins no more, and is gone', async () => {
  const { all, tasks, ran, schedule } = await bench();
  await schedule('nightly', { everyMs: 5 * MINUTE, spec });
  expect(await all.passing(tasks.unschedule('nightly'))).toBe(true);
  expect(await all.passing(tasks.unschedule('nightly'))).toBe(false);
  await all.clock.advance(11 * MINUTE);
  expect([ran, await tasks.schedules()]).toEqual([[], { items: [], corrupt: [] }]);
});

test('whoever schedules dies before the timer is armed: said again it is, and otherwise it is missed within seconds', async () => {
  const { all, ran, schedule } = await bench();
  for (const name of ['again', 'missed']) {
    const other = all.process(name);
    other.store.broker.fates = (_what, subject) => (subject.includes('.sched.') ? 'die' : 'pass');
    void other.tasks.schedule(name, { everyMs: 5 * MINUTE, spec });
    await all.clock.advance(2_000);
    expect(other.store.broker.dead).toBe(true);
  }
  await schedule('again', { everyMs: 5 * MINUTE, spec });
  await all.clock.advance(5 * MINUTE);
  expect(ran.map((id) => id.split('-')[0])).toEqual(['again']);
  await all.clock.advance(16_000);
  expect(ran.map((id) => id.split('-')[0])).toEqual(['again', 'missed']);
});

test('while nobody works its queue, a schedule that is late is sent there once', async () => {
  const all = new TaskBench();
  const { tasks, store } = all.process('client');
  await all.passing(tasks.schedule('late', { everyMs: MINUTE, spec }));
  const shelf = new TaskShelf(store, () => undefined);
  await store.broker.purge('SC_test_TASKS', 'test.sched.>', Number.MAX_SAFE_INTEGER);
  await all.clock.advance(MINUTE + 4_000);
  expect(await all.passing(mendSchedules(shelf))).toEqual([]);
  await all.clock.advance(2_000);
  for (let look = 0; look < 3; look++) expect(await all.passing(mendSchedules(shelf))).toEqual(['late']);
  const sent = [...(all.server.stream('SC_test_TASKS')?.matching('test.task.sys.>') ?? [])];
  expect(sent.map(({ subject }) => subject)).toEqual(['test.task.sys.normal.late.cron']);
});

test('a run has the deadline that is said', async () => {
  const { all, tasks, ran, schedule } = await bench(10 * MINUTE);
  await schedule('short', { everyMs: 5 * MINUTE, spec, timeoutMs: MINUTE });
  await all.clock.advance(7 * MINUTE);
  expect(await tasks.get(ran[0] ?? '')).toMatchObject({ state: 'expired' });
});

test('a schedule that nobody can read is named, and the others go on', async () => {
  const { all, client, tasks, ran, schedule } = await bench();
  await schedule('fine', { everyMs: MINUTE, spec });
  client.store.broker.publish('$KV.test_tasks.c.broken', new TextEncoder().encode('{"name":"broken"}'));
  await all.clock.advance(MINUTE + 2_000);
  expect(await tasks.schedules()).toMatchObject({ items: [{ name: 'fine' }], corrupt: ['broken'] });
  expect(ran).toHaveLength(1);
});

test('where the clock is an hour slow, what the broker says is due begins, once', async () => {
  const { all, system, ran, schedule } = await bench();
  await all.passing(system.drain(0));
  const { clock } = all;
  const slow: Clock = {
    now: () => clock.now(),
    wallMs: () => clock.wallMs() - 60 * MINUTE,
    after: (ms, fire) => clock.after(ms, fire),
  };
  const late = all.process('slow');
  Object.assign(late.store.broker, { clock: slow });
  await all.passing(late.tasks.system().ready);
  await schedule('nightly', { everyMs: 5 * MINUTE, spec });
  await all.clock.advance(11 * MINUTE);
  expect(ran).toHaveLength(2);
});
