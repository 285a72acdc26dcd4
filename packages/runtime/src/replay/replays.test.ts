import { MemoryBus } from '@seedcore/mesh/testing';
import { canonicalJson, delay, endpoint, fail, implement, MeshError, ok, service, sha256 } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MemoryReplies } from '../testing/memory-replies.ts';
import { startService } from '../testing/start-service.ts';

const bank = service('bank', {
  doc: 'Moves money.',
  version: '1.0.0',
  endpoints: {
    spend: endpoint({
      doc: 'Spends.',
      input: z.strictObject({ amount: z.int(), note: z.string().default('none') }),
      output: z.object({ left: z.int() }),
      failures: { too_much: z.object({ left: z.int() }) },
      replays: true,
      maxBytes: 10_000,
      deadlineMs: 4_000,
    }),
  },
});

type Spend = (amount: number) => void | Promise<void>;

/** Banks as instances of one service, with one account and one place for replies. */
function banks(count: number, before: Spend = () => undefined) {
  const clock = new VirtualClock();
  const random = new SeededRandom(13);
  const bus = new MemoryBus({ clock, random });
  const replies = new MemoryReplies(clock);
  const account = { left: 1_000, runs: 0 };
  const implementation = implement(bank, {
    spend: async ({ amount }) => {
      account.runs += 1;
      await before(amount);
      await delay(clock, 100);
      if (amount > account.left) return fail('too_much', { left: account.left });
      account.left -= amount;
      return ok({ left: account.left });
    },
  });
  const all = Array.from({ length: count }, () => startService(implementation, { clock, random, bus, replies }));
  const [first] = all;
  if (first === undefined) throw new Error('no bank');
  return { clock, replies, account, client: first, clients: all };
}

const key = 'order-7';
const once = { idempotencyKey: key };
const fingerprint = (input: object) => sha256(canonicalJson(input));
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('mesh.A13', () => {
  test('100 concurrent calls with one key over 3 instances: one run, 100 equal replies', async () => {
    const { clock, account, clients } = banks(3);
    const calls = Array.from({ length: 34 }, () => clients.map((client) => client.spend({ amount: 10 }, once)))
      .flat()
      .slice(0, 100);
    await clock.advance(3_000);
    const replies = await Promise.all(calls);
    expect(replies).toEqual(Array(100).fill(replies[0]));
    expect(replies[0]).toMatchObject({ ok: true, value: { left: 990 } });
    expect(account).toEqual({ left: 990, runs: 1 });
  });

  test('an instance that died halfway: one more run after its claim ends, and not before', async () => {
    const { clock, account, client, replies } = banks(3);
    await replies.claim(`bank.spend.${key}`, { fingerprint: fingerprint({ amount: 10, note: 'none' }), ttlMs: 2_000 });
    const calls = Array.from({ length: 20 }, () => client.spend({ amount: 10 }, once));
    await clock.advance(1_999);
    expect(account.runs).toBe(0);
    await clock.advance(2_000);
    expect(new Set((await Promise.all(calls)).map((reply) => reply.ok && reply.value.left))).toEqual(new Set([990]));
    expect(account.runs).toBe(1);
  });

  test('another input under the same key is refused, before and after there is a reply', async () => {
    const { clock, account, client } = banks(2);
    const reused = { code: 'bad_request', details: { reason: 'idempotency_key_reused' } };
    const first = client.spend({ amount: 10 }, once);
    await clock.advance(1);
    expect(await failureOf(client.spend({ amount: 11 }, once))).toMatchObject(reused);
    await clock.advance(100);
    await first;
    expect(await failureOf(client.spend({ amount: 11 }, once))).toMatchObject(reused);
    expect(account.runs).toBe(1);
  });
});

test('defaults written out are the same input', async () => {
  const { clock, account, client } = banks(1);
  const calls = [client.spend({ amount: 1 }, once), client.spend({ amount: 1, note: 'none' }, once)];
  await clock.advance(300);
  expect(await calls[1]).toEqual(await calls[0]);
  expect(account.runs).toBe(1);
});

test('a declared failure is a reply and kept', async () => {
  const { clock, account, client } = banks(1);
  const calls = [client.spend({ amount: 5_000 }, once), client.spend({ amount: 5_000 }, once)];
  await clock.advance(300);
  const failed = { ok: false, failure: { code: 'too_much', details: { left: 1_000 } } };
  expect(await Promise.all(calls)).toEqual([failed, failed]);
  expect(account.runs).toBe(1);
});

test.each<[string, () => never, string]>([
  ['a mesh error', () => expectThrow(new MeshError('overloaded', { target: 'bank.spend' })), 'overloaded'],
  ['a defect', () => expectThrow(new Error('broken')), 'internal'],
])('%s is not kept: a repeat runs', async (_what, broken, code) => {
  let tries = 0;
  const { clock, account, client } = banks(1, () => {
    tries += 1;
    if (tries === 1) broken();
  });
  expect(await failureOf(client.spend({ amount: 10 }, once))).toMatchObject({ code });
  const repeat = client.spend({ amount: 10 }, once);
  await clock.advance(200);
  expect(await repeat).toMatchObject({ ok: true });
  expect(account.runs).toBe(2);
});

function expectThrow(error: Error): never {
  throw error;
}

test('who waits for a run that outlasts the deadline gets a timeout, not a second run', async () => {
  const { clock, account, client, replies } = banks(1);
  await replies.claim(`bank.spend.${key}`, { fingerprint: fingerprint({ amount: 1, note: 'none' }), ttlMs: 60_000 });
  const error = failureOf(client.spend({ amount: 1 }, { ...once, deadlineMs: 1_000 }));
  await clock.advance(1_000);
  expect(await error).toMatchObject({ code: 'timeout', details: { reason: 'idempotency_key_running' } });
  expect(account.runs).toBe(0);
});

test('a kept reply lasts for 24 h', async () => {
  const { clock, account, client } = banks(1);
  const spend = async () => {
    const reply = client.spend({ amount: 1 }, once);
    await clock.advance(100);
    return reply;
  };
  await spend();
  await clock.advance(86_300_000);
  await spend();
  expect(account.runs).toBe(1);
  await clock.advance(200_000);
  await spend();
  expect(account.runs).toBe(2);
});

test('without a key, a plain request runs every time; a typed client brings a key of its own', async () => {
  const { clock, account, client } = banks(1);
  const plain = [client.request('spend', '{"amount":1}'), client.request('spend', '{"amount":1}')];
  await clock.advance(100);
  await Promise.all(plain);
  expect(account.runs).toBe(2);
  const typed = client.spend({ amount: 1 });
  await clock.advance(100);
  await typed;
  expect(account.runs).toBe(3);
});

test('a service that keeps replies and has nowhere to keep them does not start', () => {
  const implementation = implement(bank, { spend: () => ok({ left: 1 }) });
  expect(() => startService(implementation)).toThrowError(/bank: spend keeps replies .*must return `replies`/);
});
