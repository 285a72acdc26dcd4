import { formatTraceparent, parseTraceparent, type Trace } from '../call/trace.ts';
import type { Criticality } from '../language/endpoint.ts';
import { isContractName } from '../language/names.ts';
import { MAX_HEADER_BYTES, MAX_HOPS } from '../limits.ts';
import { badRequest, type MeshError } from '../mesh-error.ts';
import { isToken } from '../token.ts';
import { isUlid } from '../ulid.ts';
import { headerNames as h } from './header-names.ts';
import type { WireHeaders } from './wire-headers.ts';

/** What a request says about its call; absent means the default named by the header's grammar. */
export type CallHeaders = {
  readonly deadlineMs?: number;
  readonly sentMs?: number;
  readonly call?: string;
  readonly chain: readonly string[];
  readonly attempt: number;
  readonly criticality?: Criticality;
  readonly contract?: string;
  readonly idempotencyKey?: string;
  readonly trace?: Trace;
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

/**
 * Reads the call headers of a request.
 *
 * @returns the headers, or the `bad_request` that names the malformed one: a malformed deadline is never "no deadline"
 */
export function readCallHeaders(headers: WireHeaders, target: string): CallHeaders | MeshError {
  const problem = headerProblem(headers);
  if (problem !== undefined) return badRequest(target, problem.name, problem.message);
  const deadline = headers.get(h.deadlineMs);
  const sent = headers.get(h.sentMs);
  const call = headers.get(h.call);
  const criticality = headers.get(h.criticality);
  const contract = headers.get(h.contract);
  const key = headers.get(h.idempotencyKey);
  const trace = traceOf(headers.all(h.traceparent));
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
  };
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
  return pairs;
}

function headerProblem(headers: WireHeaders): { name: string; message: string } | undefined {
  if (headers.malformed) return { name: 'headers', message: 'block is malformed' };
  if (blockBytes(headers) > MAX_HEADER_BYTES)
    return { name: 'headers', message: `block is larger than ${MAX_HEADER_BYTES} bytes` };
  for (const [name, valid, expects] of GRAMMARS) {
    const values = headers.all(name);
    if (values.length > 1) return { name, message: 'is repeated' };
    const value = values[0];
    if (value !== undefined && !valid(value)) return { name, message: `expected ${expects}` };
  }
  return undefined;
}

/** @source W3C Trace Context §3.2: a malformed or repeated `traceparent` starts a new trace */
function traceOf(values: readonly string[]): Trace | undefined {
  return values.length === 1 ? parseTraceparent(values[0]) : undefined;
}

function blockBytes(headers: WireHeaders): number {
  let bytes = 0;
  for (const name of new Set(headers.names()))
    for (const value of headers.all(name)) bytes += name.length + Buffer.byteLength(value) + 4;
  return bytes;
}

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
