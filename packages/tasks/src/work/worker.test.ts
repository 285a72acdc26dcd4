import { MeshError, ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { benchWith } from '../testing/index.ts';

const forever: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));

test('a task without steps costs five acknowledged writes, one acknowledgement, and a share in those of its history', async () => {
  const { all, client, host, tasks } = await benchWith({ demo: async () => ok(1) });
  const costs: string[] = [];
  for (const { store } of [client, host])
    store.broker.fates = (what, subject) => {
      if (!subject.includes('leases')) costs.push(`${what} ${/\.(log|task|result)\./.exec(subject)?.[1] ?? 'record'}`);
      return 'pass';
    };
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 5000 }));
  await all.clock.advance(100);
  const shared = costs.filter((cost) => cost === 'write log');
  expect(shared).toHaveLength(2); // one of each process, for whatever happened within its 50 ms
  expect(costs.filter((cost) => cost !== 'write log')).toEqual([
    ...['write record', 'write task', 'write record', 'write record', 'write result', 'ack task'],
  ]);
});

test('an error that no repetition can help ends the task at once', async () => {
  const refuse = async () => {
    throw new MeshError('forbidden', { target: 'x' });
  };
  const { all, tasks } = await benchWith({ demo: refuse });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', attempts: 1, error: { code: 'forbidden' } } } });
});

test('five errors make a dead letter with every attempt', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await benchWith({ demo: fail });
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  const { items } = await tasks.deadLetters({ limit: 1 });
  expect(items[0]).toMatchObject({
    id: 'a',
    reason: 'attempts_spent',
    error: { message: 'oops' },
    spec: { type: 'demo' },
  });
  expect(items[0]?.attempts.map(({ n, outcome }) => `${n} ${outcome}`)).toEqual(
    [1, 2, 3, 4, 5].map((n) => `${n} error`),
  );
});

test('a task outlives what it needs being away for a minute, however few attempts its queue allows', async () => {
  let backAt = Number.POSITIVE_INFINITY;
  const needy: Handler = async () => {
    if (all.clock.now() < backAt) throw new MeshError('circuit_open', { target: 'state.store_fact', sent: false });
    return ok('stored');
  };
  const { all, tasks } = await benchWith({ demo: needy });
  backAt = all.clock.now() + 60_000;
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'stored' } } });
  const attempts = (await tasks.get('a'))?.attempts ?? [];
  expect(attempts.length).toBeGreaterThan(5);
  expect(attempts.length).toBeLessThan(20);
});

test('what never comes back ends a task in the end, and at once where it asks for one attempt', async () => {
  const away: Handler = async () => {
    throw new MeshError('no_responder', { target: 'state.store_fact' });
  };
  const { all, tasks } = await benchWith({ demo: away });
  const patient = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 600_000 }));
  expect(patient).toMatchObject({ value: { result: { state: 'failed', attempts: 20 } } });
  const once = { id: 'b', type: 'demo', hints: { max_attempts: 1 } };
  const hasty = await all.passing(tasks.run(once, { timeoutMs: 5000 }));
  expect(hasty).toMatchObject({ value: { result: { state: 'failed', attempts: 1 } } });
});

test('a task may ask for fewer attempts', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await benchWith({ demo: fail });
  const spec = { id: 'a', type: 'demo', hints: { max_attempts: 2 } };
  const answer = await all.passing(tasks.run(spec, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { attempts: 2 } } });
});

test('a type nobody handles is an honest failure', async () => {
  const { all, tasks } = await benchWith({ demo: async () => ok(1) });
  const answer = await all.passing(tasks.run({ type: 'other' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({
    value: { result: { error: { code: 'unknown_type', details: { known: ['demo'] } } } },
  });
});

test('a result too large even for an object is refused', async () => {
  const { all, tasks } = await benchWith({ demo: async () => ok('x'.repeat(8 * 1024 * 1024)) });
  const answer = await all.passing(tasks.run({ type: 'demo' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', error: { code: 'result_too_large' } } } });
});

test('a large input reaches the handler whole, submitted and published', async () => {
  const { all, client, tasks } = await benchWith({ demo: async (params) => ok(String(params['text']).length) });
  const spec = { type: 'demo', params: { text: 'x'.repeat(50_000) } };
  const answer = await all.passing(tasks.run({ id: 'a', ...spec }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { value: 50_000 } } });
  client.store.broker.publish('test.task.general.low.b', new TextEncoder().encode(JSON.stringify(spec)));
  expect(await all.passing(tasks.wait('b', { timeoutMs: 5000 }))).toMatchObject({ value: 50_000 });
  expect((await tasks.get('b'))?.spec?.params).toEqual(spec.params);
});

test('a task that waits for its next attempt expires at its deadline', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await benchWith({ demo: fail }, { retry: { windowsMs: [0, 60_000], attempts: 3 } });
  const deadline = new Date(all.clock.wallMs() + 3000).toISOString();
  await all.passing(tasks.submit({ id: 'a', type: 'demo', deadline_at: deadline }));
  await all.clock.advance(3100);
  expect(await tasks.get('a')).toMatchObject({ state: 'expired', attempt: 2 });
});

test('a handler that makes no progress is stopped and tried again', async () => {
  const seen: number[] = [];
  const once: Handler = async (params, task) => {
    seen.push(task.attempt);
    return task.attempt === 1 ? forever(params, task) : ok('second');
  };
  const { all, tasks } = await benchWith({ demo: once }, { idleMs: 20_000 });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { value: 'second', attempts: 2 } } });
  expect((await tasks.get('a'))?.attempts[0]).toMatchObject({ outcome: 'timeout', error: { code: 'timeout' } });
  expect(seen).toEqual([1, 2]);
});

test('a handler that tells of its progress for twenty minutes is never delivered twice', async () => {
  let runs = 0;
  const slow: Handler = async (_params, task) => {
    runs += 1;
    for (let minute = 0; minute < 20; minute++) {
      await new Promise<void>((resolve) => all.clock.after(60_000, resolve));
      task.progress({ pct: minute / 20, note: `minute ${minute}` });
    }
    return ok('done');
  };
  const { all, tasks } = await benchWith({ demo: slow }, { runMs: 3_600_000 });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(11 * 60_000 + 15_000);
  expect((await tasks.get('a'))?.progress).toMatchObject({ note: 'minute 10' });
  await all.clock.advance(10 * 60_000);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 1000 }))).toMatchObject({ value: 'done' });
  expect(runs).toBe(1);
});

test('at most as many handlers run as there are slots', async () => {
  let running = 0;
  let most = 0;
  const counted: Handler = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => all.clock.after(100, resolve));
    running -= 1;
    return ok(1);
  };
  const { all, tasks } = await benchWith({ demo: counted }, { slots: 3 });
  const ids = Array.from({ length: 20 }, (_, i) => `t${i}`);
  for (const id of ids) await all.passing(tasks.submit({ id, type: 'demo', priority: id === 't7' ? 'high' : 'low' }));
  for (const id of ids) expect(await all.passing(tasks.wait(id, { timeoutMs: 60_000 }))).toBeDefined();
  expect(most).toBe(3);
});

test('a corrupt record is a dead letter, not a crash', async () => {
  const { all, host, client, tasks } = await benchWith({ demo: async () => ok(1) });
  await client.store.broker.write('$KV.test_tasks.t.a', new TextEncoder().encode('{"_h":"00"}'));
  client.store.broker.publish('test.task.general.normal.a', new TextEncoder().encode('{"type":"demo"}'));
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5000 }))).toMatchObject({ error: { code: 'bad_record' } });
  expect((await tasks.deadLetters({ limit: 1 })).items[0]).toMatchObject({ reason: 'bad_record' });
  expect(host.reported).toHaveLength(1);
});

test('an id that cannot be a key ends as a dead letter that names it', async () => {
  const { all, client, tasks } = await benchWith({ demo: async () => ok(1) });
  const subject = `test.task.general.normal.${'x'.repeat(80)}`;
  client.store.broker.publish(subject, new TextEncoder().encode('{"type":"demo"}'));
  await all.clock.advance(1000);
  const { items } = await all.passing(tasks.deadLetters({ limit: 1 }));
  expect(items[0]).toMatchObject({ reason: 'bad_message', error: { message: expect.stringContaining('xxxx') } });
});

test('messages behind the acknowledged ones are trimmed', async () => {
  const { all, tasks } = await benchWith({ demo: async () => ok(1) });
  for (const id of ['a', 'b', 'c']) await all.passing(tasks.run({ id, type: 'demo' }, { timeoutMs: 5000 }));
  await all.clock.advance(30_000);
  expect(all.server.stream('SC_test_TASKS')?.size).toBe(0);
});

test('a message delivered too often is replaced by another', async () => {
  const { all, tasks } = await benchWith({ demo: async () => ok(1) });
  let looks = 0;
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }, { queue: 'front' }));
  const router = all.process('front').tasks.router('front', {
    decide: async () => {
      if (++looks < 110) throw new Error('nobody there');
      return { to: 'general', route: {} };
    },
  });
  await all.passing(router.ready);
  await all.clock.advance(1_200_000);
  expect(looks).toBe(110); // more often than the broker delivers one message
  expect(await all.passing(tasks.wait('a', { timeoutMs: 30_000 }))).toMatchObject({ state: 'succeeded' });
});
