import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset, streamAsset } from '../asset.ts';
import type { Message, WriteOptions, Written, WrittenTogether } from '../broker/broker.ts';
import { type Fate, MemoryBroker, MemoryJetStream } from '../testing/index.ts';
import { MemoryStore } from '../testing/memory-store.ts';
import { GroupWriter, LEAST_TOGETHER, MOST_ALONE, MOST_BATCHES, MOST_TOGETHER } from './group-writer.ts';

const message = (i: number, options: WriteOptions = {}): Message => ({
  subject: `s.${i}`,
  body: new Uint8Array(),
  options,
});

/** A broker that keeps what it is asked until it is told what to answer. */
function patientBroker() {
  const sent: { readonly messages: readonly Message[]; answer(seq: number): void; fail(error: unknown): void }[] = [];
  const groups = new GroupWriter({
    alone: (one) =>
      new Promise<Written>((resolve, reject) =>
        sent.push({
          messages: [one],
          answer: (seq) => resolve({ ok: true, seq, duplicate: false }),
          fail: reject,
        }),
      ),
    together: (messages) =>
      new Promise<WrittenTogether>((resolve, reject) =>
        sent.push({ messages, answer: (seq) => resolve({ ok: true, seq }), fail: reject }),
      ),
  });
  const write = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => groups.write('S', message(from + i)));
  return { groups, sent, write, sizes: () => sent.map(({ messages }) => messages.length) };
}

/** A process whose writes are grouped, at a broker in memory. */
class GroupedBroker extends MemoryBroker {
  readonly batches: number[] = [];
  readonly #groups = new GroupWriter({
    alone: ({ subject, body, options }) => super.write(subject, body, options),
    together: (messages) => this.writeTogether(messages),
  });

  override write(subject: string, body: Uint8Array, options: WriteOptions = {}): Promise<Written> {
    if (options.group === undefined) return super.write(subject, body, options);
    return this.#groups.write(options.group, { subject, body, options });
  }

  override writeTogether(messages: readonly Message[]): Promise<WrittenTogether> {
    this.batches.push(messages.length);
    return super.writeTogether(messages);
  }
}

const spec = { name: 'accounts', schema: z.strictObject({ n: z.int() }), version: 1 };

async function processes(count: number, seed = 1) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const brokers = Array.from({ length: count }, (_, i) => new GroupedBroker(server, new SeededRandom(seed + i)));
  const stores = brokers.map((broker) => new MemoryStore(broker));
  await stores[0]?.provision([
    bucketAsset('accounts', 'Money.', { expiringKeys: true }),
    streamAsset('WORK', 'Work.', { subjects: ['work.>'], maxAgeMs: 0 }),
  ]);
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work);
  return { brokers, buckets: stores.map((store) => store.bucket(spec)), passing };
}

test('a few writes go alone and at once', () => {
  const { write, sizes } = patientBroker();
  write(0, MOST_ALONE);
  expect(sizes()).toEqual(Array.from({ length: MOST_ALONE }, () => 1));
});

test('what comes while many are under way shares a batch, and each write gets its own sequence', async () => {
  const { write, sent, sizes } = patientBroker();
  write(0, MOST_ALONE);
  const together = write(100, 100 + LEAST_TOGETHER);
  expect(sizes().slice(MOST_ALONE)).toEqual([LEAST_TOGETHER]);
  sent.at(-1)?.answer(1000);
  const seqs = (await Promise.all(together)).map((written) => written.ok && written.seq);
  expect(seqs).toEqual(Array.from({ length: LEAST_TOGETHER }, (_, i) => 1000 - LEAST_TOGETHER + 1 + i));
});

test('while its batches are under way the next ones grow, up to their limit', async () => {
  const { write, sent, sizes } = patientBroker();
  write(0, MOST_ALONE + MOST_BATCHES * LEAST_TOGETHER);
  write(1000, 1000 + 3 * MOST_TOGETHER);
  const before = sent.length;
  sent[MOST_ALONE]?.answer(500);
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(sizes().slice(before)).toEqual([MOST_TOGETHER]);
});

test('a few that are left over leave one by one, as others come back', async () => {
  const { write, sent, sizes } = patientBroker();
  write(0, MOST_ALONE + 1);
  expect(sent).toHaveLength(MOST_ALONE);
  sent[0]?.answer(1);
  await new Promise(setImmediate);
  expect(sizes()).toEqual(Array.from({ length: MOST_ALONE + 1 }, () => 1));
});

test('two writes of one subject never share a batch', () => {
  const { groups, write, sent } = patientBroker();
  write(0, MOST_ALONE + MOST_BATCHES * LEAST_TOGETHER);
  for (let i = 0; i < 2 * LEAST_TOGETHER; i++) void groups.write('S', message(7));
  for (const { messages } of sent) expect(new Set(messages.map(({ subject }) => subject)).size).toBe(messages.length);
});

test('nobody knows what became of a batch without an answer: each of its writes is told so', async () => {
  const { write, sent } = patientBroker();
  write(0, MOST_ALONE);
  const together = write(100, 100 + LEAST_TOGETHER);
  sent.at(-1)?.fail(new MeshError('timeout', { target: 's' }));
  const ends = await Promise.allSettled(together);
  expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(ends.map(() => 'timeout'));
});

test('store.S9: one stale write of a batch is refused, all others are written', async () => {
  const { brokers, passing } = await processes(1);
  const [broker] = brokers;
  const subjectOf = (i: number) => `$KV.test_accounts.k${i}`;
  const written = await passing(
    Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        broker?.write(subjectOf(i), new Uint8Array([1]), { expect: i === 30 ? 5 : 0, group: 'KV_test_accounts' }),
      ),
    ),
  );
  expect(written.flatMap((one, i) => (one?.ok ? [] : [i]))).toEqual([30]);
  const seqs = written.flatMap((one) => (one?.ok ? [one.seq] : []));
  expect(new Set(seqs).size).toBe(59);
  for (const [i, one] of written.entries())
    if (one?.ok) expect((await broker?.last('KV_test_accounts', subjectOf(i)))?.seq).toBe(one.seq);
  expect(broker?.batches.length).toBeGreaterThan(1);
});

test('a repeat among others is a repeat, and nothing but a repeat', async () => {
  const { brokers, passing } = await processes(1);
  const [broker] = brokers;
  const write = (i: number) =>
    broker?.write(`test.work.${i}`, new Uint8Array(), { messageId: `id-${i}`, group: 'SC_test_WORK' });
  const first = await write(20);
  const all = await passing(Promise.all(Array.from({ length: 50 }, (_, i) => write(i))));
  expect(all.flatMap((one, i) => (one?.ok && one.duplicate ? [i] : []))).toEqual([20]);
  expect(all[20]).toMatchObject({ seq: first?.ok ? first.seq : 0 });
});

test('store.S6: an update that returned is stored exactly once, whatever becomes of batches and answers', async () => {
  const fate = fc.constantFrom<Fate>('pass', 'pass', 'pass', 'lose_request', 'lose_answer', 'refuse_written');
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 40 }), fc.nat(1000), async (fates, seed) => {
      const { brokers, buckets, passing } = await processes(2, seed);
      let turn = 0;
      for (const broker of brokers)
        broker.fates = (what) => (what === 'write' ? (fates[turn++ % fates.length] ?? 'pass') : 'pass');
      const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);
      const adding = buckets.flatMap((bucket) =>
        keys.map((key) => bucket.update(key, (now) => ({ n: (now?.n ?? 0) + 1 })).then(() => key)),
      );
      const ends = await passing(Promise.allSettled(adding));
      for (const broker of brokers) broker.fates = () => 'pass';
      for (const key of keys) {
        const returned = ends.filter((end) => end.status === 'fulfilled' && end.value === key).length;
        const n = (await buckets[0]?.get(key, { fresh: true }))?.value.n ?? 0;
        const unknown = ends.filter(({ status }) => status === 'rejected').length;
        expect(n).toBeGreaterThanOrEqual(returned);
        expect(n).toBeLessThanOrEqual(Math.min(2, returned + unknown));
      }
    }),
    { numRuns: 60 },
  );
});
