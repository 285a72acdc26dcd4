import { isDeepStrictEqual } from 'node:util';
import { natsFromEnv, readRecord, recordDecisions } from '@seedcore/mesh';
import {
  codecOf,
  formatPayloadRef,
  formatStreamFrame,
  formatTraceparent,
  headerNames,
  isInbox,
  isToken,
  jsonCodec,
  MeshError,
  parsePayloadRef,
  parseStreamFrame,
  parseTraceparent,
  type Random,
  readCallHeaders,
  subjects,
  wireHeaders,
  writeCallHeaders,
} from '@seedcore/protocol';
import { textNear } from './inputs.ts';
import { type Subject, subject, type Verdict } from './subject.ts';

const REF = `dev_payloads/x7;size=300000;sha256=${'0a'.repeat(32)}`;
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** What is read must be what is written, letter by letter. */
function written<T>(
  name: string,
  seeds: readonly string[],
  read: (text: string) => T | undefined,
  write: (value: T) => string,
) {
  return subject(
    name,
    (random) => textNear(random, seeds),
    (text): Verdict => {
      const value = read(text);
      if (value === undefined) return 'refused';
      if (canonical(write(value)) !== canonical(text))
        throw new Error(`reads ${JSON.stringify(text)} as ${write(value)}`);
      return 'taken';
    },
  );
}

/** Digits may begin with zeros. */
const canonical = (text: string): string => text.replaceAll(/(^|=)0+(?=\d)/g, '$1');

const seedHeaders: readonly (readonly [string, string])[] = [
  [headerNames.deadlineMs, '1996'],
  [headerNames.sentMs, '1790000000000'],
  [headerNames.call, '01jdz7x8k2m3n4p5q6r7s8t9va'],
  [headerNames.chain, '2 coordinator,ml'],
  [headerNames.attempt, '2'],
  [headerNames.criticality, 'critical'],
  [headerNames.contract, '0123456789abcdef'],
  [headerNames.idempotencyKey, 'order-17'],
  [headerNames.traceparent, TRACE],
  [headerNames.stream, '32'],
  [headerNames.ref, REF],
  [headerNames.contentType, 'application/msgpack; charset=x'],
];

/** Some headers, most of them right. */
function headerPairs(random: Random): readonly (readonly [string, string])[] {
  return seedHeaders
    .filter(() => random.next() < 0.5)
    .map(([name, value]) => [name, random.next() < 0.9 ? value : textNear(random, [value])] as const);
}

function givenHeaders(pairs: readonly (readonly [string, string])[]): Verdict {
  const read = readCallHeaders(wireHeaders(pairs), 'fuzz.target');
  if (read instanceof MeshError) {
    if (read.code !== 'bad_request') throw new Error(`refused as ${read.code}`);
    return 'refused';
  }
  const again = readCallHeaders(wireHeaders(writeCallHeaders(read)), 'fuzz.target');
  if (!isDeepStrictEqual(again, read)) throw new Error('written again they read differently');
  return 'taken';
}

/** A subject has as many tokens as it was built of, and none of them could be more than a token. */
function givenToken(token: string): Verdict {
  try {
    const built = subjects('fuzz').endpoint('service', token);
    const tokens = built.split('.');
    if (tokens.length !== 4 || !tokens.every(isToken)) throw new Error(`built ${JSON.stringify(built)}`);
    return 'taken';
  } catch (error) {
    if (error instanceof RangeError) return 'refused';
    throw error;
  }
}

function givenUrl(text: string): Verdict {
  try {
    natsFromEnv({ NATS_URL: text });
    return 'taken';
  } catch (error) {
    if (error instanceof RangeError) return 'refused';
    throw error;
  }
}

const LAYER = 'retry';
const record = JSON.stringify({
  ...{
    call: '01jdz7x8k2m3n4p5q6r7s8t9va',
    trace_id: 'a'.repeat(32),
    target: 'ml.chat',
    caller: 'energy',
    instance: 'energy-1',
  },
  ...{ started: '2026-11-22T00:00:00.000Z', ms: 5, outcome: 'ok', chain: ['coordinator'] },
  steps: [{ at_ms: 1, layer: LAYER, decision: recordDecisions[LAYER][0], detail: { code: 'timeout', ms: 5 } }],
});

function givenRecord(text: string): Verdict {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'refused';
  }
  const read = readRecord(value);
  if (read === undefined) return 'refused';
  if (!isDeepStrictEqual(readRecord(JSON.parse(JSON.stringify(read))), read)) throw new Error('is not what it reads');
  return 'taken';
}

/** An inbox is below `_INBOX.`, and no wildcard. */
function givenInbox(text: string): Verdict {
  if (!isInbox(text)) return 'refused';
  if (!text.startsWith('_INBOX.') || /[\s*>]|\.\.|\.$/.test(text)) throw new Error(`takes ${JSON.stringify(text)}`);
  return 'taken';
}

const types = [
  '',
  '*/*',
  'application/json',
  'application/json; charset=utf-8',
  'application/msgpack',
  'application/x-msgpack',
];

function givenType(text: string): Verdict {
  const codec = codecOf(text);
  if (codec === undefined) return 'refused';
  const word = text.split(';')[0]?.trim().toLowerCase() ?? '';
  const expected =
    codec === jsonCodec ? ['', '*/*', 'application/json'] : ['application/msgpack', 'application/x-msgpack'];
  if (!expected.includes(word)) throw new Error(`takes ${JSON.stringify(text)} for ${codec.type}`);
  return 'taken';
}

const text = (name: string, seeds: readonly string[], give: (text: string) => Verdict): Subject =>
  subject(name, (random) => textNear(random, seeds), give);

/** Everything that reads text somebody else wrote. */
export const parsers: readonly Subject[] = [
  subject('headers of a call', headerPairs, givenHeaders),
  written('Sc-Ref', [REF], parsePayloadRef, formatPayloadRef),
  written('Sc-Frame', ['0 data', '17 end', '3 error', '9 beat'], parseStreamFrame, formatStreamFrame),
  subject('traceparent', (random) => textNear(random, [TRACE]), givenTrace),
  text('token of a subject', ['list_models', 'a-B_9', 'ml.chat', '>', 'x'.repeat(64)], givenToken),
  text('reply subject', ['_INBOX.ml.Ab12.7k', '_INBOX.x', '$JS.API.INFO', 'dev.svc.ml.chat'], givenInbox),
  text('Content-Type', types, givenType),
  text('NATS_URL', ['nats://127.0.0.1:4222', 'nats://user:pass@[::1]:4222,tls://b:1', 'c'], givenUrl),
  text('record of a call', [record], givenRecord),
];

function givenTrace(value: string): Verdict {
  const trace = parseTraceparent(value);
  if (trace === undefined) return 'refused';
  if (!formatTraceparent(trace).startsWith(value.slice(0, 52).toLowerCase())) throw new Error(`reads ${value}`);
  return 'taken';
}
