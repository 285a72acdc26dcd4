import { SeededRandom } from '@seedcore/protocol/testing';
import { memoryStore } from '@seedcore/store/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { bed, replica, start } from './testing/started-state.ts';

type Service = Awaited<ReturnType<typeof replica>>;
type GetItem = Parameters<Service['get_item']>[0];

const failure = (code: string, details: unknown = expect.anything()) => ({ ok: false, failure: { code, details } });
const MISS = { ok: true, value: { found: false, created: false, negative: false, revision: 0, filling: false } };

/** Two replicas on one broker. */
async function two() {
  const on = bed();
  const [one, other] = [await replica(on, 10), await replica(on, 20)];
  return { ...on, one, other };
}

async function read(service: Service, asked: GetItem): Promise<unknown> {
  const reply = await service.get_item(asked);
  return reply.ok && reply.value.found ? reply.value.value : undefined;
}

async function claimOf(service: Service, asked: GetItem): Promise<string> {
  const reply = await service.get_item({ ...asked, claim: true });
  const token = reply.ok ? reply.value.claim?.token : undefined;
  if (token === undefined) throw new Error(`no claim: ${JSON.stringify(reply)}`);
  return token;
}

test('a miss hides no later value, null is a value, and a deleted key is none (state.A5)', async () => {
  const { clock, one, other } = await two();
  const key = 'weather:oslo';
  expect(await one.get_item({ key })).toMatchObject(MISS);
  await other.set_item({ key, value: null });
  expect(await one.get_item({ key })).toMatchObject({ ok: true, value: { found: true, value: null, level: 'L2' } });
  expect(await other.delete_item({ key })).toEqual({ ok: true, value: { deleted: true } });
  await clock.advance(0);
  expect(await one.get_item({ key })).toMatchObject(MISS);
  expect(await one.delete_item({ key })).toEqual({ ok: true, value: { deleted: false } });
});

test('no entry outlives its time, at any level, and a refreshed one lives its full new time (state.A5)', async () => {
  const { clock, one, other } = await two();
  await one.set_item({ key: 'k', value: 1, ttl_s: 10 });
  for (const service of [one, other]) expect(await read(service, { key: 'k' })).toBe(1);
  await clock.advance(9000);
  await other.set_item({ key: 'k', value: 2, ttl_s: 10 });
  await clock.advance(9999);
  for (const service of [one, other]) expect(await read(service, { key: 'k' })).toBe(2);
  await clock.advance(1);
  for (const service of [one, other]) expect(await service.get_item({ key: 'k' })).toMatchObject(MISS);
  await clock.advance(5000);
  for (const service of [one, other]) expect(await service.get_item({ key: 'k', max_age_ms: 0 })).toMatchObject(MISS);
});

test('a cached read makes no call to the bus, and says how old it is (state.A18)', async () => {
  const service = await start();
  await service.set_item({ key: 'k', value: { n: 1 } });
  const broker = service.store.broker;
  const calls = (['last', 'write', 'writeTogether', 'subjects', 'messages'] as const).map((call) =>
    vi.spyOn(broker, call),
  );
  await service.clock.advance(2000);
  for (let i = 0; i < 10; i++)
    expect(await service.get_item({ key: 'k' })).toMatchObject({
      value: { found: true, value: { n: 1 }, level: 'L1', age_ms: 2000 },
    });
  expect(calls.flatMap((call) => call.mock.calls)).toEqual([]);
  expect(await service.get_item({ key: 'k', max_age_ms: 1999 })).toMatchObject({ value: { level: 'L2', age_ms: 0 } });
  expect(await service.get_item({ key: 'k', max_age_ms: 0 })).toMatchObject({ value: { level: 'L2', age_ms: 0 } });
  expect(calls.flatMap((call) => call.mock.calls)).toHaveLength(2);
});

test('what another replica writes is seen as soon as its watch says so (state.A6)', async () => {
  const { clock, one, other } = await two();
  await one.set_item({ key: 'k', value: 1 });
  await clock.advance(0);
  expect(await read(other, { key: 'k' })).toBe(1);
  expect(await other.get_item({ key: 'k' })).toMatchObject({ value: { level: 'L1' } });
  await one.set_item({ key: 'k', value: 2 });
  await clock.advance(0);
  expect(await read(other, { key: 'k' })).toBe(2);
});

test('cut off, what is remembered is told with its age and marked, for 30 s (state.A6)', async () => {
  const { clock, one, other } = await two();
  await one.set_item({ key: 'k', value: 1 });
  expect(await read(other, { key: 'k' })).toBe(1);
  other.store.broker.disconnect();
  await one.set_item({ key: 'k', value: 2 });
  await clock.advance(8000);
  expect(await other.get_item({ key: 'k' })).toMatchObject({
    ok: true,
    value: { value: 1, level: 'L1', age_ms: 8000 },
    degraded: { reason: 'watch_lag', source: 'cache', age_ms: 8000 },
  });
  await clock.advance(21_999);
  expect(await read(other, { key: 'k' })).toBe(1);
  await clock.advance(1);
  await expect(other.get_item({ key: 'k' })).rejects.toMatchObject({ code: 'unavailable' });
  other.store.broker.reconnect();
  await clock.advance(1);
  expect(await read(other, { key: 'k' })).toBe(2);
});

test('of many who would make a value one does, and all see it (state.A3)', async () => {
  const { clock, one, other } = await two();
  const asked = Array.from({ length: 100 }, (_, i) =>
    (i % 2 === 0 ? one : other).get_item({ key: 'k', if_absent: { by: i } }),
  );
  const replies = await clock.through(Promise.all(asked));
  expect(replies.filter((reply) => reply.ok && reply.value.created)).toHaveLength(1);
  expect(new Set(replies.map((reply) => reply.ok && JSON.stringify(reply.value.value))).size).toBe(1);
});

test('one of many gets the claim, the others get the value after one fill (state.A4)', async () => {
  const { clock, one, other } = await two();
  const ask = (i: number) => (i % 2 === 0 ? one : other).get_item({ key: 'k', claim: true, wait_ms: 2000 });
  let filled = 0;
  const fill = async (i: number) => {
    const reply = await ask(i);
    const token = reply.ok ? reply.value.claim?.token : undefined;
    if (token === undefined) return reply;
    filled += 1;
    await one.set_item({ key: 'k', value: 'made', claim_token: token });
    return one.get_item({ key: 'k' });
  };
  const replies = await clock.through(Promise.all(Array.from({ length: 60 }, (_, i) => fill(i))));
  expect(filled).toBe(1);
  expect(replies.map((reply) => reply.ok && reply.value.value)).toEqual(Array(60).fill('made'));
});

test('without a wait the others hear that somebody makes it', async () => {
  const { one, other } = await two();
  await claimOf(one, { key: 'k' });
  expect(await other.get_item({ key: 'k', claim: true })).toMatchObject({ value: { found: false, filling: true } });
  expect(await other.get_item({ key: 'k' })).toMatchObject({ value: { found: false, filling: true } });
});

test('a filler that died is replaced when its claim ends, and changes nothing when it comes back (state.A4)', async () => {
  const { clock, one, other } = await two();
  const late = await claimOf(one, { key: 'k', claim_ttl_ms: 3000 });
  const waiting = other.get_item({ key: 'k', claim: true, wait_ms: 2000 });
  expect(await clock.through(waiting)).toMatchObject({ value: { filling: true } });
  await clock.advance(1000);
  const token = await claimOf(other, { key: 'k' });
  expect(await one.set_item({ key: 'k', value: 'late', claim_token: late })).toEqual(failure('claim_lost'));
  expect(await other.set_item({ key: 'k', value: 'new', claim_token: token })).toMatchObject({ ok: true });
  expect(await one.set_item({ key: 'k', value: 'late', claim_token: late })).toEqual(failure('claim_lost'));
  expect(await read(one, { key: 'k', max_age_ms: 0 })).toBe('new');
});

test('who waits gets the claim when it falls free meanwhile', async () => {
  const { clock, one, other } = await two();
  await claimOf(one, { key: 'k', claim_ttl_ms: 500 });
  const waited = await clock.through(other.get_item({ key: 'k', claim: true, wait_ms: 2000 }));
  expect(waited).toMatchObject({ value: { found: false, claim: { token: expect.any(String) } } });
});

test('a fill that is sent twice is made once', async () => {
  const { one, other } = await two();
  const token = await claimOf(one, { key: 'k' });
  const first = await one.set_item({ key: 'k', value: 1, claim_token: token });
  expect(await other.set_item({ key: 'k', value: 1, claim_token: token })).toEqual(first);
});

test('a delete takes the claim away, so that nothing of the past is filled in', async () => {
  const { one, other } = await two();
  const token = await claimOf(one, { key: 'k' });
  expect(await other.delete_item({ key: 'k' })).toEqual({ ok: true, value: { deleted: false } });
  expect(await one.set_item({ key: 'k', value: 1, claim_token: token })).toEqual(
    failure('claim_lost', { current_revision: 0 }),
  );
});

test('a negative entry answers for a while, grants no claim, and makes way for a value', async () => {
  const { clock, one, other } = await two();
  const negative = { value: { found: false, negative: true, filling: false } };
  await one.set_item({ key: 'k', negative: true });
  expect(await one.get_item({ key: 'k', claim: true })).toMatchObject(negative);
  expect(await other.get_item({ key: 'k', claim: true })).toMatchObject(negative);
  await clock.advance(30_000);
  expect(await one.get_item({ key: 'k' })).toMatchObject(MISS);
  await one.set_item({ key: 'k', negative: true });
  await other.set_item({ key: 'k', value: 0 });
  await clock.advance(0);
  expect(await read(one, { key: 'k' })).toBe(0);
  await one.set_item({ key: 'other', negative: true });
  expect(await one.get_item({ key: 'other', if_absent: 7 })).toMatchObject({ value: { created: true, value: 7 } });
});

test('an expected revision has one winner, and a claim is nothing to expect', async () => {
  const service = await start();
  await claimOf(service, { key: 'k' });
  const made = await service.set_item({ key: 'k', value: 1, expected_revision: 0 });
  const revision = made.ok ? made.value.revision : 0;
  expect(await service.set_item({ key: 'k', value: 2, expected_revision: 0 })).toEqual(
    failure('conflict', { current_revision: revision }),
  );
  expect(await service.delete_item({ key: 'k', expected_revision: revision + 1 })).toEqual(
    failure('conflict', { current_revision: revision }),
  );
  expect(await service.set_item({ key: 'k', value: 2, expected_revision: revision })).toMatchObject({ ok: true });
});

test('a scope is part of the key, and the shared cache has none (state.A19)', async () => {
  const service = await start();
  await service.set_item({ key: 'plan', scope: 'agent:a1', value: 1 });
  expect(await read(service, { key: 'plan', scope: 'agent:a1' })).toBe(1);
  for (const scope of ['global', 'agent:a2', 'organ:a1'])
    expect(await service.get_item({ key: 'plan', scope })).toMatchObject(MISS);
  await expect(service.get_item({ store: 'shared_cache', key: 'plan', scope: 'agent:a1' })).rejects.toMatchObject({
    code: 'bad_request',
    details: { field: '/scope' },
  });
});

test.each<[string, object, string]>([
  ['a key of 257 bytes', { key: `${'é'.repeat(128)}x`, value: 1 }, '/key'],
  ['a key that is no text', { key: '\ud800', value: 1 }, '/key'],
  ['an empty key', { key: '', value: 1 }, '/key'],
  ['a scope with a dot', { key: 'k', scope: 'agent:a.b', value: 1 }, '/scope'],
  ['a scope with a wildcard', { key: 'k', scope: 'agent:*', value: 1 }, '/scope'],
  ['a scope of 65 characters', { key: 'k', scope: `agent:${'x'.repeat(65)}`, value: 1 }, '/scope'],
  ['a TTL of 0', { key: 'k', value: 1, ttl_s: 0 }, '/ttl_s'],
  ['a TTL above a day', { key: 'k', value: 1, ttl_s: 86_401 }, '/ttl_s'],
  ['neither value nor negative', { key: 'k' }, '/value'],
  ['both value and negative', { key: 'k', value: 1, negative: true }, '/value'],
  ['1001 misses', { store: 'miss_tracker', key: 'k', value: { incr: 1001 } }, '/value'],
  ['a value that is no number of misses', { store: 'miss_tracker', key: 'k', value: 3 }, '/value'],
  ['a token with a dot', { key: 'k', value: 1, claim_token: 'a.b' }, '/claim_token'],
  ['an unknown field', { key: 'k', value: 1, ttl: 5 }, '/ttl'],
])('set_item refuses %s by name, and writes nothing (state.A19)', async (_, input, field) => {
  const service = await start();
  const write = vi.spyOn(service.store.broker, 'write');
  const reply = await service.request('set_item', JSON.stringify(input));
  expect(reply.text).toContain('bad_request');
  expect(JSON.parse(reply.text)).toMatchObject({ error: { details: { field } } });
  expect(write).not.toHaveBeenCalled();
});

test('a value above 256 KiB is refused, one below comes back as it was (state.A19)', async () => {
  const { clock, one, other } = await two();
  const large = 'x'.repeat(262_143);
  const refused = failure('too_large', { of: 'bytes', limit: 262_144, got: 262_145 });
  expect(await one.set_item({ key: 'k', value: large })).toEqual(refused);
  expect(await one.get_item({ key: 'k', if_absent: large })).toEqual(refused);
  const fits = large.slice(0, -1);
  await one.set_item({ key: 'k', value: fits });
  await clock.advance(0);
  expect(await read(other, { key: 'k' })).toBe(fits);
});

test('a record that cannot be read is told, and left as it is', async () => {
  const service = await start();
  await service.set_item({ key: 'k', value: 1 });
  const bucket = '$KV.test_memory.w.mw.global.k.k';
  await service.store.broker.write(bucket, new TextEncoder().encode('{"key":"k"'));
  await service.clock.advance(0);
  expect(await service.get_item({ key: 'k' })).toEqual(failure('corrupt_record'));
  expect(await service.set_item({ key: 'k', value: 2 })).toEqual(failure('corrupt_record'));
  expect(await service.delete_item({ key: 'k' })).toEqual(failure('corrupt_record'));
});

test('when the record of a store is deleted it is made anew, and what was remembered is dropped (state.A3)', async () => {
  const { clock, one, other } = await two();
  const memory = (service: Service) =>
    service.store.bucket({ name: 'memory', schema: z.object({ singleton_id: z.string() }), version: 1 });
  const before = await memory(one).get('meta.mw');
  await one.set_item({ key: 'k', value: 1 });
  await memory(one).update('meta.mw', () => 'remove');
  await clock.advance(1);
  const after = await memory(other).get('meta.mw');
  expect(after?.value.singleton_id).not.toBe(before?.value.singleton_id);
  expect(after?.rev).toBeGreaterThan(before?.rev ?? Number.POSITIVE_INFINITY);
  expect(await one.get_item({ key: 'k' })).toMatchObject({ value: { found: true, level: 'L2' } });
  for (const service of [one, other]) expect(service.running.missing?.().map(({ name }) => name)).toEqual(['organs']);
});

test('without a record of its store an item is unavailable, and health says what is waited for (state.A3)', async () => {
  const service = await start();
  const { clock, server, store } = service;
  store.broker.fates = (_, subject) => (subject.includes('.meta.') ? 'lose_request' : 'pass');
  const other = memoryStore({ clock, random: new SeededRandom(99), server });
  const records = other.bucket({ name: 'memory', schema: z.object({ singleton_id: z.string() }), version: 1 });
  await records.update('meta.mw', () => 'remove');
  await clock.advance(1000);
  expect(service.running.missing?.()).toContainEqual(expect.objectContaining({ name: 'meta.mw' }));
  await expect(service.get_item({ key: 'k' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(await service.get_item({ store: 'shared_cache', key: 'k' })).toMatchObject(MISS);
  store.broker.fates = () => 'pass';
  await clock.advance(60_000);
  expect(await service.get_item({ key: 'k' })).toMatchObject(MISS);
});
