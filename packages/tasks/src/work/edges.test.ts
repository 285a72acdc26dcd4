import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { TaskBench } from '../testing/index.ts';

test('what becomes of tasks in their queues is in the table of legal edges', async () => {
  const bench = new TaskBench();
  const edges = await bench.edges();
  const { tasks } = bench.process('client');
  const host = bench.process('host');
  const worker = host.tasks.worker('general', {
    handlers: {
      demo: async () => ok(1),
      flaky: async (_params, task) => {
        if (task.attempt === 1) throw new Error('once');
        return ok(await task.step('more', async () => 2));
      },
      parent: async (_params, task) => ok((await task.child('one', { type: 'demo' })).state),
      nap: async (_params, task) => {
        await task.sleep('nap', 5000);
        return ok('rested');
      },
      hang: (_params, task) =>
        new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
    },
  });
  await bench.passing(worker.ready);
  const route = { to: 'general', route: { why: 'test' } };
  await bench.passing(host.tasks.router('front', { decide: async () => route }).ready);
  await bench.passing(bench.process('system').tasks.system().ready);
  for (const type of ['demo', 'flaky', 'parent', 'nap', 'unknown'])
    await bench.passing(tasks.run({ id: type, type }, { timeoutMs: 60_000 }));
  await bench.passing(tasks.run({ id: 'routed', type: 'demo' }, { timeoutMs: 60_000, queue: 'front' }));
  await bench.passing(tasks.submit({ id: 'hang', type: 'hang' }));
  await bench.clock.advance(1000);
  await bench.passing(tasks.cancel('hang', { reason: 'enough' }));
  await bench.passing(tasks.retry('flaky'));
  await bench.passing(tasks.wait('flaky', { gen: 2, timeoutMs: 60_000 }));
  expect(edges.illegal).toEqual([]);
  expect(edges.causes('flaky')).toEqual([
    ...['submitted', 'claimed', 'retrying', 'claimed', 'succeeded'],
    ...['restarted', 'claimed', 'retrying', 'claimed', 'succeeded'],
  ]);
  expect(edges.causes('nap')).toEqual(['submitted', 'claimed', 'parked', 'claimed', 'succeeded']);
  expect(edges.causes('parent')).toEqual(['submitted', 'claimed', 'noted', 'parked', 'woken', 'claimed', 'succeeded']);
  expect(edges.causes('routed')).toEqual(['submitted', 'handed_over', 'claimed', 'succeeded']);
  expect(edges.causes('hang')).toEqual(['submitted', 'claimed', 'noted', 'cancelled']);
  expect(edges.causes('unknown')).toEqual(['submitted', 'claimed', 'failed']);
});
