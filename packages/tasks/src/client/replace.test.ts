import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith, TaskBench } from '../testing/index.ts';

const hang: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));

/** Hears nothing, and never ends. */
const deaf: Handler = () => new Promise(() => undefined);

/** Waits for ever in its first attempts, then ends; what each was told is kept. */
function slowStart(attempts: number) {
  const corrections: unknown[] = [];
  const handler: Handler = (params, task) => {
    corrections.push(task.correction);
    if (task.attempt <= attempts) return hang(params, task);
    return task.attempt === attempts + 1 ? Promise.reject(new Error('once more')) : Promise.resolve(ok('done'));
  };
  return { corrections, handler };
}

async function epochOf(all: TaskBench, tasks: ReturnType<TaskBench['process']>['tasks'], attempt: number) {
  await all.clock.advance(5000);
  const view = await tasks.get('a');
  expect(view).toMatchObject({ state: 'running', attempt });
  return view?.attempts.at(-1)?.epoch ?? 0;
}

test('an attempt is ended over its owner, who stops; the next one is told what was wrong, the one after it is not', async () => {
  const { corrections, handler } = slowStart(1);
  const { all, tasks } = await benchWith({ demo: handler });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const epoch = await epochOf(all, tasks, 1);
  const replaced = await all.passing(tasks.replace('a', { epoch, reason: 'no news', correction: { kind: 'idle' } }));
  expect(replaced).toMatchObject({ ok: true, value: { id: 'a', gen: 1, state: 'retrying' } });
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ value: 'done', attempts: 3 });
  expect(corrections).toEqual([undefined, { kind: 'idle' }, undefined]);
  const attempts = (await tasks.get('a'))?.attempts ?? [];
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['killed', 'error', 'ok']);
  expect(attempts[0]?.error).toMatchObject({ code: 'killed', message: 'no news' });
  const epochs = attempts.map((one) => one.epoch);
  expect(epochs).toEqual([...epochs].sort((x, y) => x - y));
  await all.clock.advance(5000);
  const events = (await tasks.history('a')).map(({ event }) => event);
  expect(events.filter((event) => event === 'replaced' || event === 'late_after_fence')).toEqual([
    'replaced',
    'late_after_fence',
  ]);
});

test('a verdict about an attempt that is over changes nothing', async () => {
  const { all, tasks } = await benchWith({ demo: slowStart(1).handler });
  expect(await all.passing(tasks.replace('a', { epoch: 1, reason: 'x' }))).toMatchObject({
    failure: { code: 'unknown_task' },
  });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const epoch = await epochOf(all, tasks, 1);
  const wrong = await all.passing(tasks.replace('a', { epoch: epoch - 1, reason: 'x' }));
  expect(wrong).toEqual({ ok: false, failure: { code: 'fenced', details: { id: 'a', state: 'running', epoch } } });
  await all.passing(tasks.replace('a', { epoch, reason: 'x' }));
  const again = await all.passing(tasks.replace('a', { epoch, reason: 'x' }));
  expect(again).toMatchObject({ ok: false, failure: { code: 'fenced' } });
  await all.passing(tasks.wait('a', { timeoutMs: 60_000 }));
  const late = await all.passing(tasks.replace('a', { epoch, reason: 'x' }));
  expect(late).toMatchObject({ ok: false, failure: { code: 'already_final' } });
  expect((await tasks.get('a'))?.attempts).toHaveLength(3);
});

test('when no attempt is left, the task is a dead letter with all of them', async () => {
  const { all, tasks } = await benchWith({ demo: hang });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const retry = { attempts: 2, windowsMs: [1000] };
  for (const attempt of [1, 2]) {
    const epoch = await epochOf(all, tasks, attempt);
    await all.passing(tasks.replace('a', { epoch, reason: 'stall', as: 'timeout', retry }));
  }
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ state: 'failed', attempts: 2 });
  const [letter] = (await tasks.deadLetters({ limit: 1 })).items;
  expect(letter).toMatchObject({ reason: 'attempts_spent', error: { code: 'timeout', message: 'stall' } });
});

test('completion against kill: exactly one of them succeeds', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const all = new TaskBench(seed);
    const { tasks } = all.process('client');
    let finish: () => void = () => undefined;
    const demo: Handler = (_params, task) =>
      task.attempt > 1
        ? Promise.resolve(ok('second'))
        : new Promise((resolve) => {
            finish = () => resolve(ok('first'));
          });
    await all.passing(all.process('host').tasks.worker('general', { handlers: { demo } }).ready);
    await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
    const epoch = await epochOf(all, tasks, 1);
    if (seed % 2 === 0) finish();
    for (let turn = 0; turn < seed / 2; turn++) await Promise.resolve();
    const killing = tasks.replace('a', { epoch, reason: 'x' });
    for (let turn = 0; turn < seed / 3; turn++) await Promise.resolve();
    finish();
    const { ok: killed } = await all.passing(killing);
    const result = await all.passing(tasks.wait('a', { timeoutMs: 60_000 }));
    expect(result).toMatchObject({ value: killed ? 'second' : 'first', attempts: killed ? 2 : 1 });
  }
});

test('a supervisor that dies after its verdict was stored: the old message sees to the next attempt', async () => {
  const { all, tasks } = await benchWith({ demo: slowStart(1).handler });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const epoch = await epochOf(all, tasks, 1);
  const supervisor = all.process('supervisor');
  supervisor.store.broker.fates = (_what, subject) => (subject.includes('_tasks.t.a') ? 'die_after' : 'pass');
  void supervisor.tasks.replace('a', { epoch, reason: 'x' });
  expect(await all.passing(tasks.wait('a', { timeoutMs: 120_000 }))).toMatchObject({ value: 'done' });
});

test('a correction that is too large is refused', async () => {
  const { tasks } = new TaskBench().process('client');
  const wrong = tasks.replace('a', { epoch: 1, reason: 'x', correction: 'x'.repeat(2047) });
  await expect(wrong).rejects.toMatchObject({ code: 'bad_request', details: { field: '/correction' } });
});

test('a final verdict leaves no attempt, however many there could be, and says of what kind it was', async () => {
  const { all, tasks } = await benchWith({ demo: hang });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const epoch = await epochOf(all, tasks, 1);
  const replaced = await all.passing(tasks.replace('a', { epoch, reason: 'enough', final: true, kind: 'manual' }));
  expect(replaced).toMatchObject({ ok: true, value: { state: 'failed' } });
  const view = await tasks.get('a');
  expect(view?.attempts[0]).toMatchObject({
    outcome: 'killed',
    error: { retryable: false, details: { kind: 'manual' } },
  });
});

test('a task may be ended at its deadline without waiting for its owner, and not before', async () => {
  const all = new TaskBench();
  const checker = await all.edges();
  const { tasks } = all.process('client');
  await all.passing(all.process('host').tasks.worker('general', { handlers: { demo: deaf } }).ready);
  const deadline_at = new Date(all.clock.wallMs() + 8000).toISOString();
  await all.passing(tasks.submit({ id: 'a', type: 'demo', deadline_at }));
  const epoch = await epochOf(all, tasks, 1);
  const early = await all.passing(tasks.replace('a', { epoch, reason: 'late', as: 'expired' }));
  expect(early).toMatchObject({ ok: false, failure: { code: 'fenced', details: { state: 'running' } } });
  await all.clock.advance(Date.parse(deadline_at) - all.clock.wallMs());
  const ended = await all.passing(tasks.replace('a', { epoch, reason: 'late', as: 'expired' }));
  expect(ended).toMatchObject({ ok: true, value: { state: 'expired' } });
  expect((await tasks.get('a'))?.attempts[0]).toMatchObject({ outcome: 'timeout' });
  await all.clock.advance(10_000);
  expect(checker.illegal).toEqual([]);
});
