import { MeshError, ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';
import type { WorkerOptions } from '../worker.ts';

const forever: Handler = (_params, task) =>
  new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
const deaf: Handler = () => new Promise(() => undefined);

/** A submitting process, and a working one whose handlers are given. */
async function bench(handlers: Record<string, Handler>, options: Partial<WorkerOptions> = {}) {
  const all = new TaskBench();
  const client = all.process('client');
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers, ...options });
  await all.passing(worker.ready);
  return { all, client, host, worker, tasks: client.tasks };
}

test('a task without steps costs five acknowledged writes and one acknowledgement', async () => {
  const { all, client, host, tasks } = await bench({ demo: async () => ok(1) });
  const costs: string[] = [];
  for (const { store } of [client, host])
    store.broker.fates = (what, subject) => {
      if (!subject.includes('leases')) costs.push(`${what} ${/\.(task|result)\./.exec(subject)?.[1] ?? 'record'}`);
      return 'pass';
    };
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 5000 }));
  await all.clock.advance(100);
  expect(costs).toEqual(['write record', 'write task', 'write record', 'write record', 'write result', 'ack task']);
});

test('a result stored before the wait began is found at once', async () => {
  const { all, tasks } = await bench({ demo: async () => ok(1) });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 10 }))).toMatchObject({ state: 'succeeded', value: 1 });
});

test('a result stored between listening and looking is not missed', async () => {
  const { all, client, tasks } = await bench({ demo: async () => ok(1) });
  const last = client.store.broker.last.bind(client.store.broker);
  client.store.broker.last = async (stream, subject) => {
    const found = await last(stream, subject);
    if (stream.endsWith('RESULTS')) await tasks.submit({ id: 'a', type: 'demo' });
    return found;
  };
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5000 }))).toMatchObject({ state: 'succeeded' });
});

test('an announcement that was lost is made up for by a second look', async () => {
  const { all, client, tasks } = await bench({ demo: async () => ok(1) });
  client.store.broker.subscribe = () => ({ stop: () => undefined });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  const waiting = tasks.wait('b', { timeoutMs: 60_000 });
  await all.passing(tasks.submit({ id: 'b', type: 'demo' }));
  expect(await all.passing(waiting)).toMatchObject({ state: 'succeeded' });
  expect(all.clock.now()).toBeLessThan(40_000);
});

test('a wait that is over before the task gives nothing', async () => {
  const { all, tasks } = await bench({ demo: forever });
  expect(await all.passing(tasks.run({ type: 'demo' }, { timeoutMs: 500 }))).toMatchObject({ ok: true });
  expect(await all.passing(tasks.wait('unknown', { timeoutMs: 500 }))).toBeUndefined();
});

test('an error that no repetition can help ends the task at once', async () => {
  const refuse = async () => {
    throw new MeshError('forbidden', { target: 'x' });
  };
  const { all, tasks } = await bench({ demo: refuse });
  const answer = await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', attempts: 1, error: { code: 'forbidden' } } } });
});

test('five errors make a dead letter with every attempt', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await bench({ demo: fail });
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

test('a task may ask for fewer attempts', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await bench({ demo: fail });
  const spec = { id: 'a', type: 'demo', hints: { max_attempts: 2 } };
  const answer = await all.passing(tasks.run(spec, { timeoutMs: 300_000 }));
  expect(answer).toMatchObject({ value: { result: { attempts: 2 } } });
});

test('a type nobody handles is an honest failure', async () => {
  const { all, tasks } = await bench({ demo: async () => ok(1) });
  const answer = await all.passing(tasks.run({ type: 'other' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({
    value: { result: { error: { code: 'unknown_type', details: { known: ['demo'] } } } },
  });
});

test('a result too large for the record is refused', async () => {
  const { all, tasks } = await bench({ demo: async () => ok('x'.repeat(70_000)) });
  const answer = await all.passing(tasks.run({ type: 'demo' }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'failed', error: { code: 'result_too_large' } } } });
});

test('a large input reaches the handler whole, submitted and published', async () => {
  const { all, client, tasks } = await bench({ demo: async (params) => ok(String(params['text']).length) });
  const spec = { type: 'demo', params: { text: 'x'.repeat(50_000) } };
  const answer = await all.passing(tasks.run({ id: 'a', ...spec }, { timeoutMs: 5000 }));
  expect(answer).toMatchObject({ value: { result: { value: 50_000 } } });
  client.store.broker.publish('test.task.general.low.b', new TextEncoder().encode(JSON.stringify(spec)));
  expect(await all.passing(tasks.wait('b', { timeoutMs: 5000 }))).toMatchObject({ value: 50_000 });
  expect((await tasks.get('b'))?.spec?.params).toEqual(spec.params);
});

test('a task too large is refused before anything is written', async () => {
  const { tasks } = await bench({});
  const params = { text: 'x'.repeat(300_000) };
  await expect(tasks.submit({ type: 'demo', params })).rejects.toMatchObject({ code: 'bad_request' });
});

test('a deadline more than seven days ahead is refused by name', async () => {
  const { all, tasks } = await bench({});
  const deadline = new Date(all.clock.wallMs() + 8 * 86_400_000).toISOString();
  await expect(tasks.submit({ type: 'demo', deadline_at: deadline })).rejects.toThrow(/deadline_at/);
});

test('a task that waits for its next attempt expires at its deadline', async () => {
  const fail = async () => {
    throw new Error('oops');
  };
  const { all, tasks } = await bench({ demo: fail }, { retry: { windowsMs: [0, 60_000], attempts: 3 } });
  const deadline = new Date(all.clock.wallMs() + 3000).toISOString();
  await all.passing(tasks.submit({ id: 'a', type: 'demo', deadline_at: deadline }));
  await all.clock.advance(3100);
  expect(await tasks.get('a')).toMatchObject({ state: 'expired', attempt: 2 });
});

test('an unknown field is refused by name', async () => {
  const { tasks } = await bench({});
  const spec: object = { type: 'demo', pramas: {} };
  await expect(tasks.submit({ type: 'demo', ...spec })).rejects.toThrow(/pramas.*did you mean "params"/);
});

test('a handler that makes no progress is stopped and tried again', async () => {
  const seen: number[] = [];
  const once: Handler = async (params, task) => {
    seen.push(task.attempt);
    return task.attempt === 1 ? forever(params, task) : ok('second');
  };
  const { all, tasks } = await bench({ demo: once }, { idleMs: 20_000 });
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
  const { all, tasks } = await bench({ demo: slow }, { runMs: 3_600_000 });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(11 * 60_000 + 15_000);
  expect((await tasks.get('a'))?.progress).toMatchObject({ note: 'minute 10' });
  await all.clock.advance(10 * 60_000);
  expect(await all.passing(tasks.wait('a', { timeoutMs: 1000 }))).toMatchObject({ value: 'done' });
  expect(runs).toBe(1);
});

test('a worker that died is replaced after its lease, finished steps are not run again', async () => {
  const { all, host, tasks } = await bench({
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
  const { all, host, tasks } = await bench({ demo: sleeping });
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
});

test('a worker that was overtaken without noticing ends nothing, while the other one goes on', async () => {
  let finish: () => void = () => undefined;
  const unaware: Handler = () =>
    new Promise((resolve) => {
      finish = () => resolve(ok('first'));
    });
  const { all, worker, tasks } = await bench({ demo: unaware });
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
  const { all, worker, tasks } = await bench({ quick, slow: forever });
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
  const { all, host, tasks } = await bench({ demo: stubborn });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  host.store.broker.disconnect();
  const cancelled = await all.passing(tasks.cancel('a', { reason: 'enough' }));
  expect(cancelled).toMatchObject({ ok: true, value: { state: 'cancelled', stopped_by: 'force' } });
  host.store.broker.reconnect();
  finish();
  await all.clock.advance(5000);
  expect(await tasks.get('a')).toMatchObject({ state: 'cancelled' });
});

test('the same cancellation again gets the first answer, another one is too late', async () => {
  const { all, tasks } = await bench({ demo: forever });
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1000);
  const first = await all.passing(tasks.cancel('a', { reason: 'enough' }));
  expect(first).toMatchObject({ ok: true, value: { stopped_by: 'owner' } });
  expect(await all.passing(tasks.cancel('a', { reason: 'enough' }))).toEqual(first);
  const other = await all.passing(tasks.cancel('a', { reason: 'because' }));
  expect(other).toMatchObject({ failure: { code: 'already_final', details: { state: 'cancelled' } } });
  const unknown = await all.passing(tasks.cancel('b', { reason: 'enough' }));
  expect(unknown).toMatchObject({ failure: { code: 'unknown_task' } });
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
  const { all, tasks } = await bench({ demo: counted }, { slots: 3 });
  const ids = Array.from({ length: 20 }, (_, i) => `t${i}`);
  for (const id of ids) await all.passing(tasks.submit({ id, type: 'demo', priority: id === 't7' ? 'high' : 'low' }));
  for (const id of ids) expect(await all.passing(tasks.wait(id, { timeoutMs: 60_000 }))).toBeDefined();
  expect(most).toBe(3);
});

test('a redrive that crashed before its message is finished by the next one', async () => {
  const { all, client, tasks } = await bench({ good: async () => ok('good') });
  await all.passing(tasks.run({ id: 'a', type: 'bad' }, { timeoutMs: 5000 }));
  client.store.broker.fates = (_what, subject) => (subject.includes('.task.') ? 'die' : 'pass');
  void tasks.redrive({ id: 'a', patch: { type: 'good' } });
  await all.clock.advance(1000);
  const { tasks: others } = all.process('other');
  const again = await all.passing(others.redrive({ id: 'a', patch: { type: 'good' } }));
  expect(again).toEqual({ ok: true, value: { id: 'a', gen: 2 } });
  expect(await all.passing(others.wait('a', { timeoutMs: 5000, gen: 2 }))).toMatchObject({ value: 'good', gen: 2 });
});

test('an unfit patch is refused by its place, an unknown letter by its id', async () => {
  const { all, tasks } = await bench({ good: async () => ok('good') });
  await all.passing(tasks.run({ id: 'a', type: 'bad' }, { timeoutMs: 5000 }));
  const unfit = await all.passing(tasks.redrive({ id: 'a', patch: { priority: 'huge' } }));
  expect(unfit).toMatchObject({ failure: { code: 'invalid_patch', details: { path: '/priority' } } });
  const unknown = await all.passing(tasks.redrive({ id: 'b' }));
  expect(unknown).toMatchObject({ failure: { code: 'unknown_dead_letter' } });
});

test('a corrupt record is a dead letter, not a crash', async () => {
  const { all, host, client, tasks } = await bench({ demo: async () => ok(1) });
  await client.store.broker.write('$KV.test_tasks.t.a', new TextEncoder().encode('{"_h":"00"}'));
  client.store.broker.publish('test.task.general.normal.a', new TextEncoder().encode('{"type":"demo"}'));
  expect(await all.passing(tasks.wait('a', { timeoutMs: 5000 }))).toMatchObject({ error: { code: 'bad_record' } });
  expect((await tasks.deadLetters({ limit: 1 })).items[0]).toMatchObject({ reason: 'bad_record' });
  expect(host.reported).toHaveLength(1);
});

test('an id that cannot be a key ends as a dead letter that names it', async () => {
  const { all, client, tasks } = await bench({ demo: async () => ok(1) });
  const subject = `test.task.general.normal.${'x'.repeat(80)}`;
  client.store.broker.publish(subject, new TextEncoder().encode('{"type":"demo"}'));
  await all.clock.advance(1000);
  const { items } = await all.passing(tasks.deadLetters({ limit: 1 }));
  expect(items[0]).toMatchObject({ reason: 'bad_message', error: { message: expect.stringContaining('xxxx') } });
});

test('messages behind the acknowledged ones are trimmed', async () => {
  const { all, tasks } = await bench({ demo: async () => ok(1) });
  for (const id of ['a', 'b', 'c']) await all.passing(tasks.run({ id, type: 'demo' }, { timeoutMs: 5000 }));
  await all.clock.advance(30_000);
  expect(all.server.stream('SC_test_TASKS')?.size).toBe(0);
});

test('a message delivered too often is replaced by another', async () => {
  const { all, tasks } = await bench({ demo: async () => ok(1) });
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
