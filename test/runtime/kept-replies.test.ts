import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { bank } from './bank.ts';
import { type Banks, bankProgram, startBanks } from './bank-process.ts';

let banks: Banks;

beforeAll(async () => {
  banks = await startBanks();
  await Promise.all(['one', 'two', 'three'].map((instance) => banks.start(instance)));
});

afterAll(async () => {
  await banks?.stop();
});

const wide = { bulkhead: { limit: 200, queue: 600 } };
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test('mesh.A13: 100 concurrent calls with one key over 3 instances: one run, 100 equal replies; another input is refused', async () => {
  const client = banks.mesh.client(bank, wide);
  const once = { idempotencyKey: 'order-1', deadlineMs: 30_000 };
  const calls = Array.from({ length: 100 }, () => client.spend({ amount: 1, hold_ms: 300 }, once));
  const replies = await Promise.all(calls);
  expect(replies).toEqual(Array(100).fill(replies[0]));
  expect(replies[0]).toMatchObject({ ok: true });
  expect(banks.told.ran).toHaveLength(1);
  expect(await failureOf(client.spend({ amount: 2 }, once))).toMatchObject({
    code: 'bad_request',
    details: { reason: 'idempotency_key_reused' },
  });
});

test('mesh.A13: killed halfway: one more run after the claim ends', async () => {
  const client = banks.mesh.client(bank, wide);
  banks.told.ran.length = 0;
  const first = failureOf(
    client.spend({ amount: 1, hold_ms: 1_500 }, { idempotencyKey: 'order-2', deadlineMs: 5_000 }),
  );
  const [instance] = await until('a run', () => (banks.told.ran.length > 0 ? banks.told.ran : undefined));
  await banks.programs.get(instance ?? '')?.stop('SIGKILL');
  const once = { idempotencyKey: 'order-2', deadlineMs: 60_000 };
  const repeats = Array.from({ length: 10 }, () => client.spend({ amount: 1, hold_ms: 1_500 }, once));
  expect(await first).toMatchObject({ code: 'timeout' });
  expect(banks.told.ran).toEqual([instance]);
  const replies = await Promise.all(repeats);
  expect(replies).toEqual(Array(10).fill(replies[0]));
  expect(banks.told.ran).toHaveLength(2);
  expect(banks.told.ran[1]).not.toBe(instance);
});

test('a service that keeps replies and has nowhere to keep them does not start, and says why', async () => {
  const program = bankProgram(banks.server.url, { BANK_KEEPS_REPLIES: 'no' });
  expect(await program.ended()).not.toBe(0);
  expect(program.output).toContain('bank: spend keeps replies (replays: true)');
});
