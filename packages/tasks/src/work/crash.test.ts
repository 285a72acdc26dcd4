import { ok } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import type { Fate } from '@seedcore/store/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { type MemoryTasks, TaskBench } from '../testing/index.ts';
import type { RoutedTask } from '../worker.ts';

/** The world outside: it keeps what it was asked by key, and counts what it did. */
class Receiver {
  readonly done = new Map<string, string>();
  effects = 0;

  do(key: string): string {
    const known = this.done.get(key);
    if (known !== undefined) return known;
    this.effects += 1;
    this.done.set(key, `answer ${this.effects}`);
    return `answer ${this.effects}`;
  }
}

const TIMES = { ackWaitMs: 6000, beatMs: 2000 };
const body = (value: object) => new TextEncoder().encode(JSON.stringify(value));

function twoSteps(receiver: Receiver): Handler {
  return async (_params, task) => {
    await task.step('fetch', async (key) => receiver.do(key));
    return ok(await task.step('send', async (key) => receiver.do(key)));
  };
}

/** Lets the `nth` write or answer of a process meet its fate; those of leases do not count. */
function strike({ store }: MemoryTasks, nth: number, fate: Fate): void {
  let count = 0;
  store.broker.fates = (_what, subject) => {
    if (subject.includes('_leases')) return 'pass';
    count += 1;
    return count === nth ? fate : 'pass';
  };
}

const isEnd = (message: { readonly body: Uint8Array }) => 'end' in JSON.parse(new TextDecoder().decode(message.body));

async function finished(bench: TaskBench, watcher: MemoryTasks, receiver: Receiver) {
  const result = await bench.passing(watcher.tasks.wait('a', { timeoutMs: 300_000 }));
  await bench.clock.advance(60_000);
  const view = await watcher.tasks.get('a');
  expect(result).toMatchObject({ gen: 1, state: 'succeeded', value: 'answer 2' });
  expect(view?.result).toEqual(result);
  expect(receiver.effects).toBe(2);
  expect(view?.attempts.map(({ n }) => n)).toEqual(view?.attempts.map((_, i) => i + 1));
  const epochs = view?.attempts.map(({ epoch }) => epoch) ?? [];
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  expect(bench.server.stream('SC_test_TASKS')?.size).toBe(0);
  const ends = (await watcher.tasks.history('a')).filter(({ end }) => end !== undefined);
  expect(ends).toMatchObject([{ gen: 1, event: 'succeeded' }]);
  expect(bench.server.stream('SC_test_LOG')?.of('test.log.task.a').filter(isEnd)).toHaveLength(1);
}

// claim, two memos, end, result, history, acknowledgement: a worker that dies before or after each of them
const writes = [1, 2, 3, 4, 5, 6, 7];
const fates: Fate[] = ['die', 'die_after', 'lose_request', 'lose_answer', 'refuse_written'];

describe.each(fates)('a worker whose write meets the fate "%s"', (fate) => {
  test.each(writes)('write %i: the task ends once, its effects happen once', async (nth) => {
    const bench = new TaskBench(nth);
    const receiver = new Receiver();
    const client = bench.process('client');
    const first = bench.process('first');
    const handlers = { demo: twoSteps(receiver) };
    await bench.passing(first.tasks.worker('general', { handlers, times: TIMES }).ready);
    strike(first, nth, fate);
    await bench.passing(client.tasks.submit({ id: 'a', type: 'demo' }));
    await bench.clock.advance(1000);
    const second = bench.process('second');
    await bench.passing(second.tasks.worker('general', { handlers, times: TIMES }).ready);
    await finished(bench, client, receiver);
  });

  test.each(writes)('write %i of a plain publish: the same', async (nth) => {
    const bench = new TaskBench(nth);
    const receiver = new Receiver();
    const client = bench.process('client');
    const first = bench.process('first');
    const handlers = { demo: twoSteps(receiver) };
    await bench.passing(first.tasks.worker('general', { handlers, times: TIMES }).ready);
    strike(first, nth, fate);
    client.store.broker.publish('test.task.general.normal.a', body({ type: 'demo' }));
    await bench.clock.advance(1000);
    const second = bench.process('second');
    await bench.passing(second.tasks.worker('general', { handlers, times: TIMES }).ready);
    await finished(bench, client, receiver);
  });
});

describe.each(fates)('a submitter whose write meets the fate "%s"', (fate) => {
  test.each([1, 2, 3])('write %i: submitting again completes it, once', async (nth) => {
    const bench = new TaskBench(nth);
    const receiver = new Receiver();
    const first = bench.process('first');
    const again = bench.process('again');
    strike(first, nth, fate);
    const trying = first.tasks.submit({ id: 'a', type: 'demo' }).catch(() => undefined);
    await bench.clock.advance(20_000);
    const { ok: accepted } = await bench.passing(again.tasks.submit({ id: 'a', type: 'demo' }));
    expect(accepted).toBe(true);
    const worker = bench.process('worker');
    await bench.passing(worker.tasks.worker('general', { handlers: { demo: twoSteps(receiver) }, times: TIMES }).ready);
    await finished(bench, again, receiver);
    void trying;
  });
});

describe.each(fates)('a router whose write meets the fate "%s"', (fate) => {
  test.each([1, 2, 3, 4])('write %i: the task arrives and runs once', async (nth) => {
    const bench = new TaskBench(nth);
    const receiver = new Receiver();
    const client = bench.process('client');
    const first = bench.process('first');
    const route = { decide: async () => ({ to: 'general', route: { why: 'test' } }), times: TIMES };
    await bench.passing(first.tasks.router('front', route).ready);
    strike(first, nth, fate);
    await bench.passing(client.tasks.submit({ id: 'a', type: 'demo' }, { queue: 'front' }));
    await bench.clock.advance(1000);
    await bench.passing(bench.process('second').tasks.router('front', route).ready);
    const handlers = { demo: twoSteps(receiver) };
    await bench.passing(bench.process('worker').tasks.worker('general', { handlers, times: TIMES }).ready);
    await finished(bench, client, receiver);
    expect(await client.tasks.get('a')).toMatchObject({ queue: 'general', attempt: 1, route: { why: 'test' } });
  });
});

describe.each(fates)('a router that holds back and whose write meets the fate "%s"', (fate) => {
  test.each([1, 2, 3, 4])('write %i: the task is looked at again, arrives and runs once', async (nth) => {
    const bench = new TaskBench(nth);
    const receiver = new Receiver();
    const client = bench.process('client');
    const first = bench.process('first');
    const decide = async ({ held }: RoutedTask) =>
      held === undefined ? { holdMs: 90_000, why: 'test' } : { to: 'general', route: { looks: held.looks } };
    await bench.passing(first.tasks.router('front', { decide, times: TIMES }).ready);
    strike(first, nth, fate);
    await bench.passing(client.tasks.submit({ id: 'a', type: 'demo' }, { queue: 'front' }));
    await bench.clock.advance(1000);
    await bench.passing(bench.process('second').tasks.router('front', { decide, times: TIMES }).ready);
    const handlers = { demo: twoSteps(receiver) };
    await bench.passing(bench.process('worker').tasks.worker('general', { handlers, times: TIMES }).ready);
    await finished(bench, client, receiver);
    expect(await client.tasks.get('a')).toMatchObject({ queue: 'general', attempt: 1, route: { looks: 1 } });
  });
});

test('a canceller that dies after its wish was stored: the owner sees it at its next beat', async () => {
  const bench = new TaskBench();
  const client = bench.process('client');
  const host = bench.process('host');
  const hang: Handler = (_params, task) =>
    new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
  await bench.passing(host.tasks.worker('general', { handlers: { demo: hang } }).ready);
  await bench.passing(client.tasks.submit({ id: 'a', type: 'demo' }));
  await bench.clock.advance(1000);
  const canceller = bench.process('canceller');
  strike(canceller, 1, 'die_after');
  void canceller.tasks.cancel('a', { reason: 'enough' });
  expect(await bench.passing(client.tasks.wait('a', { timeoutMs: 15_000 }))).toMatchObject({ state: 'cancelled' });
});

test('whatever a third of all writes meets, tasks end once and effects happen once', async () => {
  const seeds = fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    share: fc.double({ min: 0.05, max: 0.35, noNaN: true }),
  });
  const check = async ({ seed, share }: { seed: number; share: number }) => {
    const bench = new TaskBench(seed);
    const edges = await bench.edges();
    const chance = new SeededRandom(seed);
    const receiver = new Receiver();
    const client = bench.process('client');
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const trouble: Fate[] = ['lose_request', 'lose_answer', 'refuse_written'];
    for (const name of ['one', 'two']) {
      const host = bench.process(name);
      await bench.passing(host.tasks.worker('general', { handlers: { demo: twoSteps(receiver) }, times: TIMES }).ready);
      host.store.broker.fates = (_what, subject) => {
        if (subject.includes('_leases') || chance.next() > share) return 'pass';
        return trouble[Math.floor(chance.next() * trouble.length)] ?? 'pass';
      };
    }
    for (const id of ids) await bench.passing(client.tasks.submit({ id, type: 'demo' }));
    for (const id of ids) {
      const result = await bench.passing(client.tasks.wait(id, { timeoutMs: 500_000 }));
      expect(result).toMatchObject({ id, state: 'succeeded' });
    }
    expect(receiver.effects).toBe(2 * ids.length);
    expect(edges.illegal).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(seeds, check), { numRuns: 30 });
});
