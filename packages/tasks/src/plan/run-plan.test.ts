import { ok } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';
import { runPlan } from './run-plan.ts';

/** Handlers that note what they did, in the order in which they ended. */
function doing() {
  const done: string[] = [];
  const running = { now: 0, most: 0 };
  const handlers: Readonly<Record<string, Handler>> = {
    plan: runPlan,
    work: async (params, task) => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await task.step('work', async () => done.push(String(params['say'])));
      await new Promise<void>((resolve) => setImmediate(resolve));
      running.now -= 1;
      if (params['fails'] === true) return { ok: false, failure: { code: 'no', details: {} } };
      return ok({ said: params['say'], list: [1, { deep: `${params['say']}!` }] });
    },
  };
  return { done, running, handlers };
}

async function bench() {
  const all = new TaskBench();
  const made = doing();
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers: made.handlers, slots: 4 });
  const client = all.process('client');
  await all.passing(Promise.all([all.process('coordinator').tasks.system().ready, worker.ready]));
  const run = (steps: object[], more: object = {}) =>
    all.passing(client.tasks.run({ id: 'p', type: 'plan', params: { steps, ...more } }, { timeoutMs: 590_000 }));
  return { all, host, client, tasks: client.tasks, run, ...made };
}

const work = (say: unknown, more: object = {}) => ({ type: 'work', params: { say, ...more } });
const ends = (answer: unknown): unknown => {
  const { result } = (
    answer as { value: { result: { value?: { steps: never[] }; error?: { details: { steps: never[] } } } } }
  ).value;
  const steps: { id: string; state: string }[] = result.value?.steps ?? result.error?.details.steps ?? [];
  return Object.fromEntries(steps.map(({ id, state }) => [id, state]));
};

const diamond = (d: object = {}) => [
  { id: 'a', task: work('a'), compensation: work('not a') },
  { id: 'b', task: work('b'), depends_on: ['a'], compensation: work('not b') },
  { id: 'c', task: work('c'), depends_on: ['a'], compensation: work('not c') },
  { id: 'd', task: work('d', d), depends_on: ['b', 'c'] },
];

test('steps run after what they depend on, and the plan tells how each came out', async () => {
  const { run, done } = await bench();
  const answer = await run(diamond());
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', attempts: 1 } } });
  expect(ends(answer)).toEqual({ a: 'ok', b: 'ok', c: 'ok', d: 'ok' });
  expect(done[0]).toBe('a');
  expect(done.slice(1, 3).toSorted()).toEqual(['b', 'c']);
  expect(done[3]).toBe('d');
});

test('durable.A16: a failing step undoes what was done, the latest first, and the plan has failed', async () => {
  const { run, done, tasks } = await bench();
  const answer = await run(diamond({ fails: true }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', error: { code: 'plan_failed' } } } });
  expect(ends(answer)).toEqual({ a: 'undone', b: 'undone', c: 'undone', d: 'failed' });
  const finished = async (id: string) => (await tasks.get(`p-s-${id}`))?.finished_at ?? '';
  const order = (await finished('b')) < (await finished('c')) ? ['not c', 'not b'] : ['not b', 'not c'];
  expect(done.slice(4).toSorted()).toEqual(['not a', 'not b', 'not c']);
  expect(done.at(-1)).toBe('not a');
  if ((await finished('b')) !== (await finished('c'))) expect(done.slice(4, 6)).toEqual(order);
});

test('a compensation that fails is shown, and the others are made all the same', async () => {
  const { run } = await bench();
  const [a, b, c, d] = diamond({ fails: true });
  const answer = await run([a, { ...b, compensation: work('not b', { fails: true }) }, c, d] as object[]);
  expect(ends(answer)).toEqual({ a: 'undone', b: 'undo_failed', c: 'undone', d: 'failed' });
});

test('a step takes parts of what those before it came to; one that is not there fails it before it begins', async () => {
  const { run, done } = await bench();
  const from = (path: string) => ({ $from: 'a', path });
  const answer = await run([
    { id: 'a', task: work('one') },
    { id: 'b', task: work(from('/list/1/deep')), depends_on: ['a'] },
    { id: 'c', task: work(from('/list/7')), depends_on: ['a'], optional: true },
  ]);
  expect(done).toEqual(['one', 'one!']);
  expect(ends(answer)).toEqual({ a: 'ok', b: 'ok', c: 'failed' });
});

test('a step that has to be approved waits for it', async () => {
  const { all, tasks, done } = await bench();
  const steps = [{ id: 'pay', task: work('paid'), requires_approval: true }];
  await all.passing(tasks.submit({ id: 'p', type: 'plan', params: { steps } }));
  await all.clock.advance(30_000);
  expect([done, await tasks.get('p')]).toMatchObject([[], { state: 'waiting' }]);
  await all.passing(tasks.signal({ id: 'p', name: 'approve-pay', value: true }));
  expect(await all.passing(tasks.wait('p', { timeoutMs: 60_000 }))).toMatchObject({ state: 'succeeded' });
  expect(done).toEqual(['paid']);
});

test('no more than it may run at the same time', async () => {
  const { run, running } = await bench();
  await run(
    Array.from({ length: 8 }, (_, i) => ({ id: `s${i}`, task: work(i) })),
    { max_parallel: 2 },
  );
  expect(running.most).toBeLessThanOrEqual(2);
});

test('a step has its own time', async () => {
  const { all, tasks } = await bench();
  const steps = [{ id: 'slow', task: { type: 'work', queue: 'nobody' }, timeout_ms: 5_000 }];
  const from = all.clock.now();
  const answer = await all.passing(tasks.run({ id: 'p', type: 'plan', params: { steps } }, { timeoutMs: 60_000 }));
  expect(ends(answer)).toEqual({ slow: 'failed' });
  expect(all.clock.now() - from).toBeLessThan(10_000);
});

test('a plan that makes no sense is answered with the reason', async () => {
  const { run } = await bench();
  expect(await run([{ id: 'a', task: work('a'), depends_on: ['a'] }])).toMatchObject({
    value: { result: { state: 'failed', error: { code: 'invalid_plan' } } },
  });
});

test('durable.A16: killed at each of its writes, the plan comes to the same end, each step done once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(70), fc.constantFrom('die', 'die_after'), fc.boolean(), async (at, fate, fails) => {
      const all = new TaskBench();
      const { done, handlers } = doing();
      const client = all.process('client');
      const first = all.process('first');
      let writes = 0;
      first.store.broker.fates = (what) => (what === 'write' && writes++ === at ? fate : 'pass');
      const begin = (process: typeof first) =>
        Promise.all([process.tasks.system().ready, process.tasks.worker('general', { handlers }).ready]);
      void begin(first);
      const params = { steps: diamond(fails ? { fails: true } : {}) };
      const running = client.tasks.run({ id: 'p', type: 'plan', params }, { timeoutMs: 590_000 });
      await all.clock.advance(20_000);
      void begin(all.process('second'));
      const answer = await all.passing(running);
      expect(ends(answer)).toEqual(
        fails ? { a: 'undone', b: 'undone', c: 'undone', d: 'failed' } : { a: 'ok', b: 'ok', c: 'ok', d: 'ok' },
      );
      // A step whose memo was lost with its host may have been begun twice; nothing else is.
      const expected = fails ? ['a', 'b', 'c', 'd', 'not a', 'not b', 'not c'] : ['a', 'b', 'c', 'd'];
      expect([...new Set(done)].toSorted()).toEqual(expected);
      expect(done.length - expected.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});
