import { ok } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

/** A host for the given handlers, one slot wide unless told otherwise, a process that works `sys`, and a client. */
async function bench(handlers: Readonly<Record<string, Handler>>, slots = 1) {
  const all = new TaskBench();
  const client = all.process('client');
  const coordinator = all.process('coordinator');
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers, slots });
  await all.passing(Promise.all([coordinator.tasks.system().ready, worker.ready]));
  return { all, client, coordinator, host, worker, tasks: client.tasks };
}

test('a task that sleeps holds no slot, wakes when its time has come, and repeats no step', async () => {
  const said: string[] = [];
  const { all, tasks, worker } = await bench({
    nap: async (_params, task) => {
      await task.step('before', async () => said.push('before'));
      await task.sleep('nap', 3_600_000);
      await task.step('after', async () => said.push(`after ${task.attempt}`));
      return ok('rested');
    },
    other: async () => ok('served'),
  });
  const from = all.clock.now();
  await all.passing(tasks.submit({ id: 'nap', type: 'nap' }));
  await all.clock.advance(5_000);
  expect(await tasks.get('nap')).toMatchObject({ state: 'waiting', attempts: [{ n: 1, outcome: 'parked' }] });
  expect(worker.running()).toBe(0);
  const other = await all.passing(tasks.run({ type: 'other' }, { timeoutMs: 10_000 }));
  expect(other).toMatchObject({ value: { result: { value: 'served' } } });
  await all.clock.advance(3_600_000 - (all.clock.now() - from) - 1);
  expect(said).toEqual(['before']);
  const result = await all.passing(tasks.wait('nap', { timeoutMs: 60_000 }));
  expect(result).toMatchObject({ state: 'succeeded', value: 'rested', attempts: 1 });
  expect(said).toEqual(['before', 'after 1']);
});

test('a nap shorter than a second is slept through', async () => {
  const { all, tasks } = await bench({
    nap: async (_params, task) => {
      await task.sleep('nap', 900);
      return ok('rested');
    },
  });
  await all.passing(tasks.run({ id: 'nap', type: 'nap' }, { timeoutMs: 10_000 }));
  expect((await tasks.get('nap'))?.attempts).toMatchObject([{ n: 1, outcome: 'ok' }]);
});

const approval: Handler = async (_params, task) => {
  const until = await task.step('until', async () => task.spec.params['until']);
  const given = await task.waitFor('approve', { until: new Date(String(until)) });
  return ok(given === undefined ? 'nobody' : given);
};
const until = (all: TaskBench, ms: number) => ({ until: new Date(all.clock.wallMs() + ms).toISOString() });

test.each([
  ['before it waits', 0],
  ['while it waits', 5_000],
])('a signal given %s reaches the task', async (_when, ms) => {
  const { all, tasks } = await bench({ approval });
  await all.passing(tasks.submit({ id: 'a', type: 'approval', params: until(all, 3_600_000) }));
  await all.clock.advance(ms);
  expect(await all.passing(tasks.signal({ id: 'a', name: 'approve', value: { by: 'ada' } }))).toEqual(ok({ id: 'a' }));
  await all.passing(tasks.signal({ id: 'a', name: 'approve', value: { by: 'eve' } }));
  const result = await all.passing(tasks.wait('a', { timeoutMs: 60_000 }));
  expect(result).toMatchObject({ state: 'succeeded', value: { value: { by: 'ada' } } });
});

test('anybody may say it, with a plain publish', async () => {
  const { all, client, tasks } = await bench({ approval });
  await all.passing(tasks.submit({ id: 'a', type: 'approval', params: until(all, 3_600_000) }));
  await all.clock.advance(5_000);
  const body = JSON.stringify({ name: 'approve', value: true });
  client.store.broker.publish('test.task.sys.high.a.signal', new TextEncoder().encode(body));
  expect(await all.passing(tasks.wait('a', { timeoutMs: 60_000 }))).toMatchObject({ value: { value: true } });
});

test('when nobody says it in time the task goes on without', async () => {
  const { all, tasks } = await bench({ approval });
  const from = all.clock.now();
  const running = tasks.run({ id: 'a', type: 'approval', params: until(all, 1_500_000) }, { timeoutMs: 2_000_000 });
  await all.clock.advance(1_500_000 - (all.clock.now() - from) - 1_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'waiting' });
  expect(await all.passing(running)).toMatchObject({ value: { result: { value: 'nobody' } } });
});

test.each<[string, object, string]>([
  ['a task nobody knows', { id: 'none', name: 'approve' }, 'unknown_task'],
  ['a task that has ended', { id: 'over', name: 'approve' }, 'already_final'],
])('%s takes no signal', async (_name, signal, code) => {
  const { all, tasks } = await bench({ quick: async () => ok(1) });
  await all.passing(tasks.run({ id: 'over', type: 'quick' }, { timeoutMs: 10_000 }));
  expect(await all.passing(tasks.signal(signal as never))).toMatchObject({ failure: { code } });
});

test.each([['{'], ['[]'], ['{"name":"A b"}'], ['{"value":1}']])(
  'a signal that reads %s is reported and given up',
  async (body) => {
    const { all, client, coordinator, tasks } = await bench({ approval });
    await all.passing(tasks.submit({ id: 'a', type: 'approval', params: until(all, 60_000) }));
    client.store.broker.publish('test.task.sys.high.a.signal', new TextEncoder().encode(body));
    await all.clock.advance(30_000);
    expect(coordinator.reported).toHaveLength(1);
    expect(await tasks.get('a')).toMatchObject({ state: 'waiting' });
  },
);

const family: Readonly<Record<string, Handler>> = {
  parent: async (_params, task) => {
    const one = await task.child('one', { type: 'double', params: { n: 4 } });
    const two = await task.child('two', { type: 'double', params: { n: Number(one.value) } });
    return ok(two.value);
  },
  double: async ({ n }) => ok(2 * Number(n)),
};

test('a parent gets the results of its children and holds no slot meanwhile', async () => {
  const { all, tasks } = await bench(family);
  const answer = await all.passing(tasks.run({ id: 'p', type: 'parent' }, { timeoutMs: 60_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 16, attempts: 1 } } });
  expect(await tasks.get('p-s-one')).toMatchObject({ state: 'succeeded', attempt: 1 });
  expect(await tasks.get('p-s-two')).toMatchObject({ state: 'succeeded', attempt: 1 });
});

test('a child has the deadline of its parent, and a name of its own in each life of it', async () => {
  const { all, tasks } = await bench({
    ...family,
    parent: async (_params, task) => {
      const { value } = await task.child(`a-step-with-a-very-long-name-indeed-${'x'.repeat(4)}`, { type: 'double' });
      return ok(value);
    },
  });
  const deadline = new Date(all.clock.wallMs() + 50_000).toISOString();
  const id = 'p'.repeat(60);
  await all.passing(tasks.run({ id, type: 'parent', deadline_at: deadline }, { timeoutMs: 60_000 }));
  const { items } = await all.passing(tasks.list({ type: 'double', limit: 1 }));
  expect(items[0]).toMatchObject({ deadline_at: deadline, id: expect.stringMatching(/^c-[0-9a-f]{32}$/) });
});

test('whoever cancels a parent cancels its children', async () => {
  const { all, tasks } = await bench({
    ...family,
    double: (_params, task) =>
      new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
  });
  await all.passing(tasks.submit({ id: 'p', type: 'parent' }));
  await all.clock.advance(5_000);
  expect(await tasks.get('p-s-one')).toMatchObject({ state: 'running' });
  await all.passing(tasks.cancel('p', { reason: 'enough' }));
  await all.clock.advance(10_000);
  expect(await tasks.get('p')).toMatchObject({ state: 'cancelled' });
  expect(await tasks.get('p-s-one')).toMatchObject({ state: 'cancelled' });
});

test('a child that is made only when its parent has been cancelled ends before it begins', async () => {
  let doubled = 0;
  const { all, tasks, host } = await bench({
    ...family,
    double: async () => {
      doubled += 1;
      return ok(doubled);
    },
  });
  const { broker } = host.store;
  const { promise: goOn, resolve: resume } = Promise.withResolvers<void>();
  const write = broker.write.bind(broker);
  broker.write = async (subject, ...rest) => {
    if (subject.endsWith('.t.p-s-one')) await goOn; // here its process stands still
    return write(subject, ...rest);
  };
  await all.passing(tasks.submit({ id: 'p', type: 'parent' }));
  await all.clock.advance(1_000);
  broker.disconnect();
  const cancelled = await all.passing(tasks.cancel('p', { reason: 'enough' }));
  expect(cancelled).toMatchObject({ ok: true, value: { stopped_by: 'force' } });
  expect(await tasks.get('p-s-one')).toBeUndefined();
  broker.reconnect();
  resume();
  await all.clock.advance(30_000);
  expect(await tasks.get('p-s-one')).toMatchObject({ state: 'cancelled', attempts: [] });
  expect(doubled).toBe(0);
});

test('tasks five deep are refused, and so is the sixty-fifth child', async () => {
  const { all, tasks } = await bench(
    {
      deep: async (_params, task) => ok((await task.child('down', { type: 'deep' })).state),
      wide: async (_params, task) => {
        for (let i = 0; i < 70; i++) await task.child(`c${i}`, { type: 'leaf' });
        return ok('all');
      },
      leaf: async () => ok(1),
    },
    8,
  );
  await all.passing(tasks.run({ id: 'deep', type: 'deep' }, { timeoutMs: 500_000 }));
  const bottom = `deep${'-s-down'.repeat(4)}`;
  expect(await tasks.get(bottom)).toMatchObject({ state: 'failed', error: { code: 'child_refused' } });
  const wide = await all.passing(tasks.run({ id: 'wide', type: 'wide' }, { timeoutMs: 500_000 }));
  expect(wide).toMatchObject({ value: { result: { state: 'failed', error: { code: 'child_refused' } } } });
});

test('a handler that catches what ends it for now gains nothing by it', async () => {
  let runs = 0;
  const { all, tasks } = await bench({
    stubborn: async (_params, task) => {
      runs += 1;
      await task.sleep('nap', 60_000).catch(() => undefined);
      await task.step('next', async () => 1).catch(() => undefined);
      return ok(runs);
    },
  });
  expect(await all.passing(tasks.run({ id: 's', type: 'stubborn' }, { timeoutMs: 200_000 }))).toMatchObject({
    value: { result: { value: 2 } },
  });
});

test('a wake that is lost costs ten minutes, not the task', async () => {
  const { all, coordinator, tasks } = await bench(family);
  coordinator.store.broker.die();
  await all.passing(tasks.submit({ id: 'p', type: 'parent' }));
  await all.clock.advance(5_000);
  expect(await tasks.get('p')).toMatchObject({ state: 'waiting' });
  await all.clock.advance(2 * 610_000);
  expect(await tasks.get('p')).toMatchObject({ state: 'succeeded', result: { value: 16 } });
});

test('durable.A16: whatever dies at whatever write, parent and children end the same, each step once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.constantFrom('die', 'die_after'), async (at, fate) => {
      const all = new TaskBench();
      const client = all.process('client');
      const first = all.process('first');
      let writes = 0;
      first.store.broker.fates = (what) => (what === 'write' && writes++ === at ? fate : 'pass');
      const begin = async (process: typeof first) => {
        const worker = process.tasks.worker('general', { handlers: family, slots: 2 });
        await Promise.race([Promise.all([process.tasks.system().ready, worker.ready]), all.clock.advance(2_000)]);
      };
      await begin(first);
      const running = client.tasks.run({ id: 'p', type: 'parent' }, { timeoutMs: 590_000 });
      await all.clock.advance(10_000);
      await begin(all.process('second'));
      const answer = await all.passing(running);
      expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 16 } } });
      for (const id of ['p-s-one', 'p-s-two']) expect(await client.tasks.get(id)).toMatchObject({ state: 'succeeded' });
    }),
    { numRuns: 40 },
  );
});
