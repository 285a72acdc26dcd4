import { ok } from '@seedcore/protocol';
import { BALLAST_BYTES, storageFull } from '@seedcore/store';
import { expect, test } from 'vitest';
import { TaskBench } from '../testing/index.ts';

const MIB = 1024 * 1024;
const overloaded = (reason: string) => ({ code: 'overloaded', details: { reason } });

/** A bench with a housekeeper whose ballast is there, a worker, a client, and something foreign that takes room. */
async function bench(limitBytes?: number) {
  const all = new TaskBench();
  all.server.limitBytes = limitBytes;
  const keeper = all.process('keeper');
  await all.passing(keeper.tasks.system().ready);
  const host = all.process('host');
  const release = Promise.withResolvers<void>();
  const demo = async () => {
    await release.promise;
    return ok('done');
  };
  await all.passing(host.tasks.worker('general', { handlers: { demo } }).ready);
  const client = all.process('client');
  await client.store.provision([
    {
      kind: 'stream',
      name: 'FOREIGN',
      doc: 'Foreign.',
      subjects: ['foreign.>'],
      storage: 'file',
      maxAgeMs: 0,
      perSubject: 0,
      maxMessageBytes: MIB,
      duplicateWindowMs: 1_000,
    },
  ]);
  await all.clock.advance(12_000);
  const fill = (bytes: number) => client.store.broker.write('test.foreign.x', new Uint8Array(bytes));
  const empty = () => all.server.stream('SC_test_FOREIGN')?.purge('test.foreign.>', Number.MAX_SAFE_INTEGER);
  /** Makes the client look at how things are, and gives it the time to. */
  const look = async () => {
    await all.clock.advance(6_000);
    await all.passing(client.tasks.submit({ type: 'demo', priority: 'critical' }).catch(() => undefined));
    await all.clock.advance(100);
  };
  return { all, keeper, host, client, tasks: client.tasks, release, fill, empty, look };
}

test('beyond its share of the storage a task is refused, with a reason and when to ask again', async () => {
  const { all, tasks, fill, empty, look } = await bench(100 * MIB);
  await fill(73 * MIB);
  await look();
  await expect(all.passing(tasks.submit({ type: 'demo', priority: 'low' }))).rejects.toMatchObject({
    ...overloaded('storage_low'),
    retryAfterMs: 10_000,
    started: false,
  });
  expect(await all.passing(tasks.submit({ type: 'demo' }))).toMatchObject({ ok: true });
  empty();
  await look();
  expect(await all.passing(tasks.submit({ type: 'demo', priority: 'low' }))).toMatchObject({ ok: true });
});

test('beyond the length of its lane a task is refused, whether somebody works the queue or nobody ever has', async () => {
  const { all, client, tasks } = await bench();
  const { broker } = client.store;
  const states = broker.consumerStates.bind(broker);
  broker.consumerStates = async (stream) =>
    (await states(stream)).map((one) => (one.filter.endsWith('.low.*') ? { ...one, waiting: 10_001 } : one));
  const subjects = broker.subjects.bind(broker);
  broker.subjects = async (stream, filter) =>
    filter === 'test.task.nobody.low.*' ? Array.from({ length: 10_001 }, (_, i) => `${i}`) : subjects(stream, filter);
  const low = { type: 'demo', priority: 'low' } as const;
  expect(await all.passing(tasks.submit(low, { queue: 'nobody' }))).toMatchObject({ ok: true });
  await all.clock.advance(100);
  for (const queue of ['general', 'nobody'])
    await expect(all.passing(tasks.submit(low, { queue }))).rejects.toMatchObject(overloaded('queue_full'));
  expect(await all.passing(tasks.submit({ type: 'demo' }))).toMatchObject({ ok: true });
});

test('a submit asks nothing of the broker beside its own writes, however many there are', async () => {
  const { all, client, tasks } = await bench();
  let asked = 0;
  const { broker } = client.store;
  const storage = broker.storage.bind(broker);
  broker.storage = () => {
    asked += 1;
    return storage();
  };
  const from = all.clock.now();
  for (let i = 0; i < 200; i++) await tasks.submit({ type: 'demo' });
  expect(all.clock.now()).toBe(from);
  expect(asked).toBeLessThanOrEqual(1);
});

test('facts that cannot be had any more refuse nobody', async () => {
  const { all, client, tasks, fill, look } = await bench(100 * MIB);
  await fill(80 * MIB);
  await look();
  await expect(tasks.submit({ type: 'demo' })).rejects.toMatchObject(overloaded('storage_low'));
  client.store.broker.storage = () => new Promise(() => undefined);
  await all.clock.advance(31_000);
  expect(await all.passing(tasks.submit({ type: 'demo' }))).toMatchObject({ ok: true });
});

test.each([
  ['of the account', 60 * MIB],
  ['that nobody knows', undefined],
])(
  'durable.A13: at a limit %s, what runs ends, new work is refused, and service is as before once there is room',
  async (_name, limit) => {
    const { all, keeper, host, client, tasks, release, fill, empty } = await bench(limit);
    await all.passing(tasks.submit({ id: 'runs', type: 'demo' }));
    await all.passing(
      tasks.submit({ id: 'later', type: 'demo', run_after: new Date(all.clock.wallMs() + 20_000).toISOString() }),
    );
    await all.clock.advance(100);
    all.server.capacityBytes = 60 * MIB;
    await fill(all.server.capacityBytes - all.server.usedBytes - 40);
    await expect(all.passing(tasks.submit({ id: 'new', type: 'demo' }))).rejects.toMatchObject(
      overloaded('storage_low'),
    );
    release.resolve();
    await all.clock.advance(20_000);
    expect(await tasks.get('runs')).toMatchObject({ state: 'succeeded' });
    expect(all.server.usedBytes).toBeLessThan(all.server.capacityBytes - BALLAST_BYTES / 2);
    const other = all.process('other');
    for (let i = 0; i < 3; i++) {
      for (const process of [client, other])
        await all.passing(process.tasks.submit({ type: 'demo', priority: 'critical' }).catch(() => undefined));
      await all.clock.advance(6_000);
    }
    for (const process of [client, other])
      await expect(process.tasks.submit({ type: 'demo', priority: 'critical' })).rejects.toMatchObject(
        overloaded('storage_low'),
      );
    empty();
    await all.clock.advance(30_000);
    expect(await tasks.get('later')).toMatchObject({ state: 'succeeded', attempt: 1 });
    await tasks.submit({ type: 'demo' }).catch(() => undefined);
    await all.clock.advance(6_000);
    expect(await all.passing(tasks.submit({ id: 'new', type: 'demo' }))).toMatchObject({ value: { duplicate: false } });
    expect(all.server.usedBytes).toBeGreaterThan(BALLAST_BYTES);
    const told = [...keeper.reported, ...host.reported].map(({ error }) => String(error));
    expect(new Set(told)).toEqual(new Set(['Error: it is full: the ballast was given up']));
  },
);

test('a task that was taken and whose message found no room is no refusal: it may run', async () => {
  const { tasks, client } = await bench();
  const { broker } = client.store;
  const write = broker.write.bind(broker);
  broker.write = async (subject, body, options) => {
    if (!subject.includes('.task.general.')) return write(subject, body, options);
    throw storageFull(subject);
  };
  await expect(tasks.submit({ id: 'a', type: 'demo' })).rejects.toMatchObject({ code: 'timeout' });
});
