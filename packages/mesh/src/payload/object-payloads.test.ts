import { createHash } from 'node:crypto';
import { isRecord, jsonCodec } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { Mux } from '../mux/mux.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import type { WireMessage } from '../transport/transport.ts';
import { ObjectPayloads } from './object-payloads.ts';

type Chunk = { seq: number; subject: string; data: Uint8Array };

/** As much of JetStream as an object store needs; `fail` answers an API verb with an error instead. */
function broker(fail: Record<string, number> = {}) {
  const clock = new VirtualClock();
  const random = new SeededRandom(3);
  const transport = memoryTransport({ clock, random });
  const chunks: Chunk[] = [];
  const asked: string[] = [];
  let seq = 0;
  const answers: Record<string, (body: Record<string, unknown>) => unknown> = {
    'STREAM.CREATE': () => ({}),
    'STREAM.PURGE': ({ filter }) => {
      for (let i = chunks.length - 1; i >= 0; i--) if (chunks[i]?.subject === filter) chunks.splice(i, 1);
      return { success: true };
    },
    'STREAM.MSG.GET': ({ seq: from, next_by_subj: subject }) => {
      const found = chunks.find((one) => one.seq >= Number(from) && one.subject === subject);
      if (found === undefined) return { error: { code: 404, err_code: 10037, description: 'no message found' } };
      return { message: { ...found, data: Buffer.from(found.data).toString('base64') } };
    },
  };
  const reply = ({ reply: to }: WireMessage, value: unknown) =>
    to !== undefined && transport.publish(to, jsonCodec.encode(value));
  const failing = (verb: string) => {
    const code = fail[verb];
    return code === undefined ? undefined : { error: { code: 503, err_code: code, description: `no ${verb}` } };
  };
  transport.subscribe('$JS.API.>', (message) => {
    const verb = message.subject.split('.').slice(2, -1).join('.');
    asked.push(verb);
    const body = jsonCodec.decode(message.data, { maxBytes: 10_000 });
    reply(message, failing(verb) ?? answers[verb]?.(isRecord(body) ? body : {}));
  });
  transport.subscribe('$O.>', (message) => {
    const refused = failing('store');
    if (refused === undefined) chunks.push({ seq: ++seq, subject: message.subject, data: message.data });
    reply(message, refused ?? { stream: 'OBJ_n_payloads', seq });
  });
  const mux = new Mux({ transport, clock, onLate: () => undefined });
  const payloads = new ObjectPayloads({ bucket: 'n_payloads', mux, clock, random, jetStream: () => true });
  return { clock, chunks, asked, payloads, transport };
}

const wait = { until: 10_000 };
const body = new Uint8Array(600_000).map((_, i) => i * 31);
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test('a body goes into chunks and comes back as it was, and nothing is left of it once deleted', async () => {
  const { payloads, chunks, asked } = broker();
  const ref = await payloads.put(body, wait);
  expect(chunks.map(({ data }) => data.length).slice(0, 3)).toEqual([262_144, 262_144, 75_712]);
  expect(ref).toMatchObject({ bucket: 'n_payloads', size: 600_000 });
  expect(ref.sha256).toBe(createHash('sha256').update(body).digest('hex'));
  await payloads.put(body, wait);
  expect(asked).toEqual(['STREAM.CREATE']);
  expect(Buffer.from(await payloads.get(ref, { ...wait, maxBytes: 600_000 })).equals(body)).toBe(true);
  const before = chunks.length;
  await payloads.delete(ref);
  await payloads.delete(ref);
  expect(before - chunks.length).toBe(4);
});

test('the bucket of somebody else’s making is used as it is', async () => {
  const { payloads } = broker({ 'STREAM.CREATE': 10058 });
  expect(await payloads.put(new Uint8Array(1), wait)).toMatchObject({ size: 1 });
});

test.each([
  ['a full bucket', { store: 10077 }],
  ['a broker without room for the bucket', { 'STREAM.CREATE': 10047 }],
])('%s is unavailable, and nothing was sent', async (_what, fail) => {
  const { payloads } = broker(fail);
  expect(await failureOf(payloads.put(body, wait))).toMatchObject({ code: 'unavailable', sent: false, started: false });
});

test('a bucket that could not be made is tried again by the next call', async () => {
  const fail: Record<string, number> = { 'STREAM.CREATE': 10047 };
  const { payloads } = broker(fail);
  await failureOf(payloads.put(body, wait));
  delete fail['STREAM.CREATE'];
  expect(await payloads.put(body, wait)).toMatchObject({ size: 600_000 });
});

test('a broker that does not answer in time is unavailable', async () => {
  const { payloads, clock, transport } = broker();
  transport.bus.drop('$O.>');
  const failed = failureOf(payloads.put(body, { until: 300 }));
  await clock.advance(300);
  expect(await failed).toMatchObject({ code: 'unavailable', sent: false });
});

test('what is read is checked: bucket and size before, what came of it after', async () => {
  const { payloads, chunks, asked } = broker();
  const ref = await payloads.put(body, wait);
  const get = (change: object, maxBytes = 1_000_000) =>
    failureOf(payloads.get({ ...ref, ...change }, { ...wait, maxBytes }));
  asked.length = 0;
  expect(await get({ bucket: 'n_agents' })).toMatchObject({ name: 'CodecError' });
  expect(await get({}, 599_999)).toMatchObject({ name: 'CodecError' });
  expect(await get({ size: 67_108_865 }, 99_999_999)).toMatchObject({ name: 'CodecError' });
  expect(asked).toEqual([]);
  expect(String(await get({ sha256: '0'.repeat(64) }))).toContain('another SHA-256');
  expect(String(await get({ size: 600_001 }))).toContain('gone');
  expect(String(await get({ size: 599_999 }))).toContain('600000 bytes, not 599999');
  chunks.splice(1, 1);
  expect(String(await get({}))).toContain('gone');
});
