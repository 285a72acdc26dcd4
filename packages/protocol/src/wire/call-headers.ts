import { formatTraceparent, parseTraceparent, type Trace } from '../call/trace.ts';
import type { Criticality } from '../language/endpoint.ts';
import { isContractName } from '../language/names.ts';
import { MAX_CREDIT, MAX_HEADER_BYTES, MAX_HOPS } from '../limits.ts';
import { badRequest, type MeshError } from '../mesh-error.ts';
import { isToken } from '../token.ts';
import { isUlid } from '../ulid.ts';
import { headerNames as h } from './header-names.ts';
import { formatPayloadRef, type PayloadRef, parsePayloadRef } from './payload-ref.ts';
import { isCredit } from './stream-frame.ts';
import type { WireHeaders } from './wire-headers.ts';

/** What a request says about its call; absent means the default named by the header's grammar. */
export type CallHeaders = {
  readonly deadlineMs?: number | undefined;
  readonly sentMs?: number | undefined;
  readonly call?: string | undefined;
  readonly chain: readonly string[];
  readonly attempt: number;
  readonly criticality?: Criticality | undefined;
  readonly contract?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly trace?: Trace | undefined;
  /** Frames the caller can take at first; absent: it wants one reply. */
  readonly stream?: number | undefined;
  /** The body is elsewhere. */
  readonly ref?: PayloadRef | undefined;
};

type Grammar = readonly [name: string, valid: (text: string) => boolean, expects: string];

const GRAMMARS: readonly Grammar[] = [
  // Which types there are is for the codecs to say; two of them would be two bodies.
  [h.contentType, () => true, 'one type'],
  [h.deadlineMs, (text) => /^\d{1,8}$/.test(text), '1 to 8 digits'],
  [h.sentMs, (text) => /^\d{13}$/.test(text), '13 digits'],
  [h.call, isUlid, 'a lower-case ULID'],
  [h.chain, isChain, `"<hops> <service>{,<service>}", at most ${MAX_HOPS}`],
  [h.attempt, (text) => /^[1-9]\d?$/.test(text), '1 to 99'],
  [h.criticality, isCriticality, 'critical, important or optional'],
  [h.contract, (text) => /^[0-9a-f]{16}$/.test(text), '16 hex digits'],
  [h.idempotencyKey, isToken, '1 to 64 of A-Z a-z 0-9 _ -'],
];

/** Headers most requests do not have, and then are not looked for. */
const STREAM: Grammar = [h.stream, (text) => /^\d{1,3}$/.test(text) && isCredit(Number(text)), `1 to ${MAX_CREDIT}`];
const REF: Grammar = [h.ref, (text) => parsePayloadRef(text) !== undefined, '"<bucket>/<name>;size=<n>;sha256=<hex>"'];

/**
 * Reads the call headers of a request.
 *
 * @returns the headers, or the `bad_request` that names the malformed one: a malformed deadline is never "no deadline"
 */
export function readCallHeaders(headers: WireHeaders, target: string): CallHeaders | MeshError {
  const names = headers.names();
  const rare = names.some(isRare);
  const streams = rare ? headers.all(h.stream) : NONE;
  const refs = rare ? headers.all(h.ref) : NONE;
  const problem = headerProblem(headers, names) ?? valueProblem(STREAM, streams) ?? valueProblem(REF, refs);
  if (problem !== undefined) return badRequest(target, problem.name, problem.message);
  const deadline = headers.get(h.deadlineMs);
  const sent = headers.get(h.sentMs);
  const call = headers.get(h.call);
  const criticality = headers.get(h.criticality);
  const contract = headers.get(h.contract);
  const key = headers.get(h.idempotencyKey);
  const trace = traceOf(headers.all(h.traceparent));
  const [stream] = streams;
  const ref = refs[0] === undefined ? undefined : parsePayloadRef(refs[0]);
  return {
    chain: chainOf(headers.get(h.chain)),
    attempt: Number(headers.get(h.attempt) ?? '1'),
    ...(deadline === undefined ? {} : { deadlineMs: Number(deadline) }),
    ...(sent === undefined ? {} : { sentMs: Number(sent) }),
    ...(call === undefined ? {} : { call }),
    ...(criticality !== undefined && isCriticality(criticality) ? { criticality } : {}),
    ...(contract === undefined ? {} : { contract }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(trace === undefined ? {} : { trace }),
    ...(stream === undefined ? {} : { stream: Number(stream) }),
    ...(ref === undefined ? {} : { ref }),
  };
}

/**
 * The same as lines of a header block, without the empty one at its end: the cheap way for whoever sends many. No value
 * may hold a line break; those of `CallHeaders` cannot.
 */
export function callHeaderLines(headers: CallHeaders): string {
  let lines = '';
  if (headers.deadlineMs !== undefined) lines += `${h.deadlineMs}: ${headers.deadlineMs}\r\n`;
  if (headers.sentMs !== undefined) lines += `${h.sentMs}: ${headers.sentMs}\r\n`;
  if (headers.call !== undefined) lines += `${h.call}: ${headers.call}\r\n`;
  if (headers.chain.length > 0) lines += `${h.chain}: ${headers.chain.length} ${headers.chain.join(',')}\r\n`;
  if (headers.attempt > 1) lines += `${h.attempt}: ${headers.attempt}\r\n`;
  if (headers.criticality !== undefined) lines += `${h.criticality}: ${headers.criticality}\r\n`;
  if (headers.contract !== undefined) lines += `${h.contract}: ${headers.contract}\r\n`;
  if (headers.idempotencyKey !== undefined) lines += `${h.idempotencyKey}: ${headers.idempotencyKey}\r\n`;
  if (headers.trace !== undefined) lines += `${h.traceparent}: ${formatTraceparent(headers.trace)}\r\n`;
  if (headers.stream !== undefined) lines += `${h.stream}: ${headers.stream}\r\n`;
  if (headers.ref !== undefined) lines += `${h.ref}: ${formatPayloadRef(headers.ref)}\r\n`;
  return lines;
}

/** The headers of a request as pairs; defaults are left out. */
export function writeCallHeaders(headers: CallHeaders): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const add = (name: string, value: string | number | undefined) =>
    value !== undefined && pairs.push([name, String(value)]);
  add(h.deadlineMs, headers.deadlineMs);
  add(h.sentMs, headers.sentMs);
  add(h.call, headers.call);
  if (headers.chain.length > 0) add(h.chain, `${headers.chain.length} ${headers.chain.join(',')}`);
  if (headers.attempt > 1) add(h.attempt, headers.attempt);
  add(h.criticality, headers.criticality);
  add(h.contract, headers.contract);
  add(h.idempotencyKey, headers.idempotencyKey);
  if (headers.trace !== undefined) add(h.traceparent, formatTraceparent(headers.trace));
  add(h.stream, headers.stream);
  if (headers.ref !== undefined) add(h.ref, formatPayloadRef(headers.ref));
  return pairs;
}

const NONE: readonly string[] = [];
const isRare = (name: string): boolean =>
  (name.length === h.stream.length || name.length === h.ref.length) && /^sc-(?:stream|ref)$/i.test(name);

function headerProblem(headers: WireHeaders, names: readonly string[]) {
  if (headers.malformed) return { name: 'headers', message: 'block is malformed' };
  if (blockBytes(headers, names) > MAX_HEADER_BYTES)
    return { name: 'headers', message: `block is larger than ${MAX_HEADER_BYTES} bytes` };
  for (const grammar of GRAMMARS) {
    const problem = valueProblem(grammar, headers.all(grammar[0]));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** @source W3C Trace Context §3.2: a malformed or repeated `traceparent` starts a new trace */
function traceOf(values: readonly string[]): Trace | undefined {
  return values.length === 1 ? parseTraceparent(values[0]) : undefined;
}

function valueProblem([name, valid, expects]: Grammar, values: readonly string[]) {
  if (values.length > 1) return { name, message: 'is repeated' };
  const value = values[0];
  return value === undefined || valid(value) ? undefined : { name, message: `expected ${expects}` };
}

/** Bytes of the block; counted exactly only when its characters could be too many. */
function blockBytes(headers: WireHeaders, names: readonly string[]): number {
  let characters = 0;
  for (const name of names) for (const value of headers.all(name)) characters += name.length + value.length + 4;
  if (characters * MAX_BYTES_OF_CHARACTER <= MAX_HEADER_BYTES) return characters;
  let bytes = 0;
  for (const name of new Set(names))
    for (const value of headers.all(name)) bytes += name.length + Buffer.byteLength(value) + 4;
  return bytes;
}

/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES_OF_CHARACTER = 3;

function chainOf(text: string | undefined): readonly string[] {
  const services = text?.split(' ')[1];
  return services === undefined || services === '' ? [] : services.split(',');
}

function isChain(text: string): boolean {
  const match = /^(\d) ?([A-Za-z0-9_,]*)$/.exec(text);
  const services = chainOf(text);
  return (
    match !== null &&
    Number(match[1]) === services.length &&
    services.length <= MAX_HOPS &&
    services.every(isContractName)
  );
}

function isCriticality(text: string): text is Criticality {
  return text === 'critical' || text === 'important' || text === 'optional';
}
