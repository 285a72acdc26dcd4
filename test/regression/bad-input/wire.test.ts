import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { jsonCodec, msgpackCodec } from '@seedcore/protocol';
import { type BadCase, inputsOf, mustRefuse, typed, verdictOn, withObject } from '@seedcore/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { greeter } from '../../runtime/greeter.ts';
import { type Greeters, NS, startGreeters } from '../../runtime/greeter-process.ts';
import type { Program } from '../../support/program.ts';
import { until } from '../../support/until.ts';
import { casesVia } from './corpus.ts';
import { blockOf, RawConnection } from './raw-connection.ts';

const { greet } = greeter.endpoints;
const subject = `${NS}.svc.greeter.greet`;
const good = Buffer.from('{"person":"next"}');

let greeters: Greeters;
let process: Program;
let raw: RawConnection;
let instance: string;
/** Whoever puts large bodies where references lead. */
let storing: BusMesh;

beforeAll(async () => {
  greeters = await startGreeters();
  process = await greeters.start({ LOG_LEVEL: 'info' });
  raw = await RawConnection.open(greeters.server.url, 'one');
  const info = await greeters.ask(`${NS}.svc.greeter.info`);
  instance = String(info.json<{ instance: string }>().instance);
  storing = await openMesh({ servers: greeters.server.url, ns: NS, onDefect: () => {} });
});

afterAll(async () => {
  raw?.close();
  await storing?.close();
  await greeters?.stop();
});

/** Handlers that were meant to run. */
let meant = 0;

afterEach(async () => {
  const { text } = await raw.request(subject, good);
  expect(text, 'the same connection, a good request next').toBe('{"text":"hello next"}');
  meant += 1;
});

/** Asked once per family, because the greeter collects its garbage each time. */
function countsHandlers(): void {
  let before = 0;
  beforeAll(async () => {
    meant = 0;
    before = (await greeters.runs()).greet;
  });
  afterAll(async () => {
    expect((await greeters.runs()).greet, 'handlers that ran').toBe(before + meant);
  });
}

describe('mesh.A7 over a real broker, byte by byte, the body', () => {
  countsHandlers();
  test.each(casesVia('json', 'msgpack'))('$via: $name', async (one) => {
    for (const body of inputsOf(one, greet)) if (body.length < 1_000_000) await bodySent(one, body);
  });
});

async function bodySent({ via, expect: expected }: BadCase, body: Uint8Array): Promise<void> {
  const codec = via === 'json' ? jsonCodec : msgpackCodec;
  const reply = await raw.request(subject, body, blockOf(typed(codec)));
  const verdict = verdictOn(greet, codec, body);
  if (verdict.fields.length === 0) taken(reply.status);
  else {
    const decided = expected.code === 'bad_request' && body.length <= greet.maxBytes;
    mustRefuse(reply, { expected: decided ? expected : { code: 'bad_request' }, sent: body });
  }
}

function taken(status: string | undefined): void {
  expect(status).toBeUndefined();
  meant += 1;
}

describe('over a real broker, in a field that becomes a token', () => {
  countsHandlers();
  test.each(casesVia('text'))('$name', async (one) => {
    const text = typeof one.value === 'string' ? one.value : Buffer.from(inputsOf(one, greet)[0] ?? []).toString();
    const body = jsonCodec.encode({ card: text });
    const reply = await raw.request(subject, body);
    if (one.expect.code === 'ok') taken(reply.status);
    else mustRefuse(reply, { expected: { code: 'bad_request', ...placeOf(body) }, sent: body });
  });
});

const placeOf = (body: Uint8Array) => ({ field: body.length > greet.maxBytes ? '' : '/card' });

describe('over a real broker, headers as they are:', () => {
  countsHandlers();
  test.each(casesVia('headers', 'header block'))('$name', async (one) => {
    if (one.via === 'header block') return blockSent(one, String(one.value));
    const { payloads, clock } = storing;
    const place = { payloads, wait: { until: clock.now() + 20_000 }, ns: NS, example: good, maxBytes: greet.maxBytes };
    await withObject(one, place, (pairs) => blockSent(one, blockOf(pairs)));
  });
});

async function blockSent(one: BadCase, block: string): Promise<void> {
  const reply = await raw.request(subject, good, block.replace('<service>', 'greeter'));
  if (one.expect.code === 'ok') taken(reply.status);
  else mustRefuse(reply, { expected: one.expect, sent: block });
}

/** What services say of themselves all the time: to each other's inboxes, and where they tell of their presence; and what the broker notes of it. */
const BACKGROUND =
  /^_INBOX\.(?!raw)|\.health$|^\$JS\.EVENT\.ADVISORY\.|^\$KV\.[^.]+_presence\.[^.]+\.[^.]+$|^\$JS\.API\.(DIRECT\.GET|CONSUMER\.\w+|STREAM\.(CREATE|INFO))\.KV_[^.]+_(presence|breakers|config|energy)/;

/** Everything published while `work` runs, by subject. */
async function publishedDuring(work: () => Promise<void>): Promise<readonly string[]> {
  const spy = await RawConnection.open(greeters.server.url, 'spy');
  spy.listen('>');
  await spy.flushed();
  await work();
  await raw.flushed();
  // The answer to a later request comes after everything before it has been looked at.
  await greeters.ask(`${NS}.svc.greeter.health`);
  await spy.flushed();
  spy.close();
  return spy.received.map((one) => one.subject).filter((one) => !BACKGROUND.test(one));
}

describe('mesh.A9 over a real broker, nothing is published and the request is counted for', () => {
  countsHandlers();
  test.each(casesVia('reply').filter(canBeSent))('$name', async ({ value }) => {
    const published = await publishedDuring(async () => raw.publish(subject, good, { reply: filled(value) }));
    // Some of these the broker refuses by itself; whoever hears the request publishes nothing.
    expect(published.filter((one) => one !== subject)).toEqual([]);
  });

  test('the log, in few lines and with the reason', async () => {
    for (let i = 0; i < 200; i++) raw.publish(subject, good);
    await until('a line', () => (process.output.includes('"reason":"no_reply"') ? true : undefined));
    const lines = process.output.split('\n').filter((line) => line.includes('request dropped'));
    expect(lines.length).toBeLessThan(100);
    expect(lines.join('')).not.toContain('next');
  });
});

/** An empty reply subject is no reply subject on the wire. */
const canBeSent = ({ value }: BadCase): boolean => value !== '';

const filled = (value: unknown): string =>
  String(value)
    .replaceAll('<ns>', NS)
    .replaceAll('<service>', 'greeter')
    .replaceAll('<endpoint>', 'greet')
    .replaceAll('<ENDPOINT>', 'GREET')
    .replaceAll('<instance>', instance);

describe('over a real broker, the subject:', () => {
  countsHandlers();
  test.each(casesVia('subject'))('$name', async ({ value, expect: expected }) => {
    const reply = await raw.request(filled(value), good);
    if (expected.code === 'no_responder') expect([reply.code, reply.data.length]).toEqual([503, 0]);
    else mustRefuse(reply, { expected, sent: filled(value) });
  });
});

describe('over a real broker, on a connection of its own:', () => {
  countsHandlers();
  test.each(casesVia('tcp'))('$name: $expect.code', async (one) => {
    const hostile = await RawConnection.open(greeters.server.url, 'hostile');
    for (const bytes of inputsOf(one, greet)) hostile.write(filled(Buffer.from(bytes).toString()));
    if (one.expect.code === 'closed') await until('the end of the connection', () => hostile.closed || undefined);
    else await greeters.ask(`${NS}.svc.greeter.health`);
    expect(hostile.closed).toBe(one.expect.code === 'closed');
    hostile.close();
  });
});

test('a refusal is one message, to the inbox of its request', async () => {
  const published = await publishedDuring(async () => void (await raw.request(subject, Buffer.from('{'))));
  expect(published).toHaveLength(2);
  expect(published[1]).toMatch(/^_INBOX\.raw\.one\.\d+$/);
});

test('the control subjects answer nothing but an inbox either', async () => {
  const published = await publishedDuring(async () =>
    raw.publish('$SRV.PING', good, { reply: `${NS}.svc.greeter.wait` }),
  );
  expect(published).toEqual(['$SRV.PING']);
});

test('mesh.A7 two thousand bad requests leave the heap where it was', async () => {
  const bodies = casesVia('json', 'msgpack').flatMap((one) => {
    const block = blockOf(typed(one.via === 'json' ? jsonCodec : msgpackCodec));
    return inputsOf(one, greet)
      .slice(0, 2)
      .map((body) => ({ body, block }));
  });
  const small = bodies.filter(({ body }) => body.length < 2_000);
  const flood = async (times: number) => {
    for (let i = 0; i < times; i++)
      await Promise.all(small.map(({ body, block }) => raw.request(subject, body, block)));
    return (await greeters.runs()).heap_bytes;
  };
  const warm = await flood(5);
  expect((await flood(10)) - warm).toBeLessThan(10_000_000);
});
