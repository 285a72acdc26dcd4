import type { Fate } from '@seedcore/store/testing';
import { describe, expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

const encoder = new TextEncoder();

/** A client, a process that works `sys`, and a worker that knows the queue's messages and nothing else. */
async function bench() {
  const all = new TaskBench();
  const client = all.process('client');
  const coordinator = all.process('coordinator');
  const system = coordinator.tasks.system();
  await all.passing(system.ready);
  const { broker } = client.store;
  const consumer = { name: 'vision_normal', filter: 'test.task.vision.normal.*', ackWaitMs: 30_000 };
  await broker.consumer('SC_test_TASKS', { ...consumer, maxDeliver: 100, maxAckPending: 1000 });
  const puller = broker.puller('SC_test_TASKS', consumer.name);
  const say = (id: string, answer: unknown) => {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return all.passing(broker.write(`test.task.sys.normal.${id}.done`, encoder.encode(body)));
  };
  /** Waits for the next message and takes it. */
  const take = async () => {
    const [delivery] = await all.passing(puller.take(1, 500_000));
    if (delivery === undefined) throw new Error('no message came');
    return { delivery, carrier: delivery.header('Sc-Carrier') ?? '' };
  };
  const submit = (id: string, more: object = {}) =>
    all.passing(client.tasks.submit({ id, type: 'see', ...more }, { queue: 'vision' }));
  const result = (id: string) => all.passing(client.tasks.wait(id, { timeoutMs: 60_000 }));
  return { all, client, coordinator, system, take, say, submit, result, tasks: client.tasks };
}

test('an answer ends the task in the name of the worker that gave it', async () => {
  const { take, say, submit, result, tasks } = await bench();
  await submit('a');
  const { delivery, carrier } = await take();
  await say('a', { value: { cats: 2 }, carrier, worker: 'gpu-1' });
  delivery.ack();
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: { cats: 2 }, attempts: 1 });
  const view = await tasks.get('a');
  expect(view?.attempts).toMatchObject([{ n: 1, owner: 'gpu-1', outcome: 'ok' }]);
  expect(view?.attempts[0]?.epoch).toBeGreaterThan(0);
});

test('the first answer wins; later ones change nothing', async () => {
  const { all, client, take, say, submit, result } = await bench();
  await submit('a');
  const { carrier } = await take();
  for (const value of [1, 2, 3]) await say('a', { value, carrier });
  await say('a', { error: { message: 'too late' } });
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 1, gen: 1 });
  await all.clock.advance(5_000);
  expect(await client.tasks.get('a')).toMatchObject({ state: 'succeeded', attempt: 1, result: { value: 1 } });
});

test('an error brings another message after a pause, and the same error said twice counts once', async () => {
  const { all, take, say, submit, result, tasks } = await bench();
  await submit('a');
  const first = await take();
  const error = { message: 'no light', retry_after_ms: 3_000 };
  await say('a', { error, carrier: first.carrier });
  await say('a', { error, carrier: first.carrier });
  first.delivery.ack();
  await all.clock.advance(1_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'retrying', attempt: 1 });
  const second = await take();
  expect(second.carrier).not.toBe(first.carrier);
  await say('a', { value: 'seen', carrier: second.carrier });
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'seen', attempts: 2 });
  expect((await tasks.get('a'))?.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'ok']);
});

test('durable.A8: errors without end, one that cannot be retried, and too large a value become dead letters', async () => {
  const { take, say, submit, result, all, tasks } = await bench();
  await submit('spent', { hints: { max_attempts: 2 } });
  for (let n = 0; n < 2; n++)
    await say('spent', { error: { code: 'dark', message: `${n}` }, carrier: (await take()).carrier });
  await submit('refused');
  await say('refused', { error: { code: 'no_cat', message: 'a dog', retryable: false } });
  await submit('large');
  await say('large', { value: 'x'.repeat(70_000) });
  for (const id of ['spent', 'refused', 'large']) expect(await result(id)).toMatchObject({ state: 'failed' });
  const { items } = await all.passing(tasks.deadLetters({ limit: 10 }));
  expect(Object.fromEntries(items.map(({ id, reason, error }) => [id, [reason, error.code]]))).toEqual({
    spent: ['attempts_spent', 'dark'],
    refused: ['not_retryable', 'no_cat'],
    large: ['not_retryable', 'result_too_large'],
  });
});

test('an answer nobody can read ends the task as a dead letter that says why, and is reported', async () => {
  const { take, say, submit, result, coordinator } = await bench();
  await submit('a');
  const { carrier } = await take();
  await say('a', { carrier, value: 1, error: {} });
  expect(await result('a')).toMatchObject({ state: 'failed', error: { code: 'bad_answer' }, attempts: 1 });
  expect(coordinator.reported.map(({ error }) => String(error))).toEqual([
    expect.stringMatching(/either a value or an error/),
  ]);
});

test('noise about a task that somebody runs changes nothing', async () => {
  const { all, client, say, submit, coordinator } = await bench();
  const never: Handler = () => new Promise(() => undefined);
  await submit('a');
  await all.passing(all.process('host').tasks.worker('vision', { handlers: { see: never } }).ready);
  await all.clock.advance(1_000);
  await say('a', '{"value":');
  await all.clock.advance(1_000);
  expect(await client.tasks.get('a')).toMatchObject({ state: 'running', attempt: 1 });
  expect(coordinator.reported).toHaveLength(1);
});

test('an answer about no task is reported', async () => {
  const { all, say, coordinator } = await bench();
  await say('nobody', { value: 1 });
  await all.clock.advance(1_000);
  expect(coordinator.reported.map(({ error }) => String(error))).toEqual([
    expect.stringMatching(/there is no such task/),
  ]);
});

test('an answer for a task that a dead worker holds takes it over', async () => {
  const { all, client, take, say, submit, result } = await bench();
  const never: Handler = () => new Promise(() => undefined);
  const host = all.process('host');
  await submit('a');
  const worker = host.tasks.worker('vision', { handlers: { see: never }, slots: 1 });
  await all.passing(worker.ready);
  await all.clock.advance(1_000);
  host.store.broker.die();
  const { carrier, delivery } = await take();
  expect(delivery.deliveries).toBe(2);
  await say('a', { value: 'seen', carrier });
  expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'seen' });
  const attempts = (await client.tasks.get('a'))?.attempts.map(({ owner, outcome }) => [owner, outcome]);
  expect(attempts).toEqual([
    ['host', 'lost'],
    ['lite', 'ok'],
  ]);
});

const writes = [1, 2, 3, 4]; // claim, end, result, acknowledgement
const fates: Fate[] = ['die', 'die_after', 'lose_request', 'lose_answer', 'refuse_written'];

describe.each(fates)('the process that applies an answer meets "%s"', (fate) => {
  test.each(writes)('write %i: the task ends once, with the answer', async (nth) => {
    const { all, client, coordinator, take, say, submit, result } = await bench();
    await submit('a');
    const { carrier, delivery } = await take();
    let count = 0;
    coordinator.store.broker.fates = (_what, subject) => {
      if (!subject.includes('_leases')) count += 1;
      return count === nth && !subject.includes('_leases') ? fate : 'pass';
    };
    await say('a', { value: 'seen', carrier });
    delivery.ack();
    await all.clock.advance(1_000);
    await all.passing(all.process('second').tasks.system().ready);
    expect(await result('a')).toMatchObject({ state: 'succeeded', value: 'seen' });
    await all.clock.advance(120_000);
    const attempts = (await client.tasks.get('a'))?.attempts ?? [];
    expect(attempts.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
    expect(attempts.map(({ n }) => n)).toEqual(attempts.map((_, i) => i + 1));
    expect(count).toBeGreaterThanOrEqual(nth);
  });
});
