import { ok } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRetry, retryDelayMs } from '../record/retry-delay.ts';
import { benchWith, type TaskBench } from '../testing/index.ts';

const inMs = (all: TaskBench, ms: number) => new Date(all.clock.wallMs() + ms).toISOString();

/** A bench whose handler notes when it began, in ms from now. */
async function timed(fails = 0) {
  const began: number[] = [];
  const made = await benchWith({
    demo: async () => {
      began.push(made.all.clock.now() - start);
      if (began.length <= fails) throw new Error('not yet');
      return ok('done');
    },
  });
  const start = made.all.clock.now();
  return { ...made, began };
}

test.each([[500], [30_000], [3 * 3_600_000]])('a task starts no sooner than %d ms from now', async (ms) => {
  const { all, tasks, began } = await timed();
  const submitted = await all.passing(tasks.submit({ id: 'later', type: 'demo', run_after: inMs(all, ms) }));
  expect(submitted).toMatchObject({ value: { state: 'delayed', duplicate: false } });
  await all.clock.advance(ms - 1);
  expect(began).toEqual([]);
  await all.clock.advance(2_000);
  expect(began).toHaveLength(1);
  expect(began[0]).toBeGreaterThanOrEqual(ms);
  expect(await tasks.get('later')).toMatchObject({ state: 'succeeded' });
});

test('a task whose time is over already starts at once', async () => {
  const { all, tasks, began } = await timed();
  await all.passing(tasks.run({ id: 'now', type: 'demo', run_after: inMs(all, -60_000) }, { timeoutMs: 5_000 }));
  expect(began).toHaveLength(1);
});

test.each<[string, (all: TaskBench) => object, string]>([
  ['more than ninety days ahead', (all) => ({ run_after: inMs(all, 91 * 86_400_000) }), '/run_after'],
  [
    'with a deadline before its start',
    (all) => ({ run_after: inMs(all, 60_000), deadline_at: inMs(all, 30_000) }),
    '/deadline_at',
  ],
  [
    'with a deadline eight days after its start',
    (all) => ({ run_after: inMs(all, 60_000), deadline_at: inMs(all, 8 * 86_400_000 + 60_000) }),
    '/deadline_at',
  ],
  ['at no time', () => ({ run_after: 'tomorrow' }), '/run_after'],
])('a task %s is refused, and the field is named', async (_name, times, field) => {
  const { all, tasks } = await timed();
  await expect(tasks.submit({ type: 'demo', ...times(all) })).rejects.toMatchObject({
    code: 'bad_request',
    details: { field },
  });
});

test('one that waits for its time is cancelled at once, and nothing starts when the time comes', async () => {
  const { all, tasks, began } = await timed();
  await all.passing(tasks.submit({ id: 'never', type: 'demo', run_after: inMs(all, 60_000) }));
  const cancelled = await all.passing(tasks.cancel('never', { reason: 'enough' }));
  expect(cancelled).toMatchObject({ value: { state: 'cancelled', stopped_by: 'nobody' } });
  await all.clock.advance(120_000);
  expect(began).toEqual([]);
});

test('submitted by a process that died before the timer, it is armed by whoever submits it again', async () => {
  const { all, tasks, began } = await timed();
  const first = all.process('first');
  first.store.broker.fates = (_what, subject) => (subject.includes('.sched.') ? 'die' : 'pass');
  const task = { id: 'twice', type: 'demo', run_after: inMs(all, 30_000) };
  void first.tasks.submit(task);
  await all.clock.advance(1_000);
  expect(first.store.broker.dead).toBe(true);
  expect(await all.passing(tasks.submit(task))).toMatchObject({ value: { state: 'delayed', duplicate: true } });
  await all.clock.advance(60_000);
  expect(began).toHaveLength(1);
});

test('a plain publish that is not due for long makes way for a timer; so does a long pause between attempts', async () => {
  const { all, host, tasks, began } = await timed();
  const acks: string[] = [];
  host.store.broker.fates = (what, subject) => {
    if (what !== 'write') acks.push(`${what} ${subject.split('.').at(-1)}`);
    return 'pass';
  };
  const body = JSON.stringify({ type: 'demo', run_after: inMs(all, 3_600_000) });
  all.process('cli').store.broker.publish('test.task.general.normal.plain', new TextEncoder().encode(body));
  await all.clock.advance(5_000);
  expect(await tasks.get('plain')).toMatchObject({ state: 'delayed', attempt: 0 });
  expect(acks).toEqual(['ack plain']);
  await all.clock.advance(3_600_000);
  expect(began).toHaveLength(1);
});

test('pauses of more than a minute are kept by timers and lie in their windows, whatever the chance', async () => {
  const began: number[] = [];
  const { all, tasks } = await benchWith(
    {
      demo: async () => {
        began.push(all.clock.now());
        if (began.length < 5) throw new Error('not yet');
        return ok('done');
      },
    },
    { retry: { attempts: 5, windowsMs: [600_000] } },
  );
  await all.passing(tasks.submit({ id: 'slow', type: 'demo' }));
  await all.clock.advance(3_000_000);
  const view = await tasks.get('slow');
  expect(view).toMatchObject({ state: 'succeeded', attempt: 5 });
  for (const [i, { delay_ms: delayMs = 0 }] of (view?.attempts.slice(0, 4) ?? []).entries()) {
    const pause = (began[i + 1] ?? 0) - (began[i] ?? 0);
    expect(pause).toBeGreaterThanOrEqual(delayMs);
    expect(pause).toBeLessThan(delayMs + 2_000);
  }
  expect(view?.attempts.slice(0, 4).some(({ delay_ms: ms = 0 }) => ms > 60_000)).toBe(true);
});

test('durable.A7: ten thousand pauses lie in their windows, their mean within 5 % of the middle', () => {
  const random = new SeededRandom(1);
  for (const [i, window] of defaultRetry.windowsMs.entries()) {
    const drawn = Array.from({ length: 10_000 }, () => retryDelayMs(i + 1, defaultRetry, { random }));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(200 + window);
    const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length;
    expect(Math.abs(mean - (200 + window / 2))).toBeLessThan(0.05 * (200 + window / 2));
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(2_000_000), (spent, retryAfterMs) => {
      const ms = retryDelayMs(spent, defaultRetry, { random, retryAfterMs });
      expect(ms).toBeGreaterThanOrEqual(Math.min(retryAfterMs, 600_000));
      expect(ms).toBeLessThanOrEqual(600_000);
    }),
  );
});

test('a router hands it on when its time has come, and it runs where it was sent', async () => {
  const { all, client, tasks, began } = await timed();
  const router = client.tasks.router('front', { decide: async () => ({ to: 'general', route: 'known' }) });
  await all.passing(router.ready);
  const wait = all.passing(
    tasks.run({ id: 'routed', type: 'demo', run_after: inMs(all, 30_000) }, { queue: 'front', timeoutMs: 60_000 }),
  );
  expect(await wait).toMatchObject({ value: { result: { state: 'succeeded' } } });
  expect(began[0]).toBeGreaterThanOrEqual(30_000);
});
