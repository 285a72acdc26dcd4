import { parseTraceparent, type Trace } from '../call/trace.ts';
import type { Criticality } from '../language/endpoint.ts';
import { isContractName } from '../language/names.ts';
import { MAX_CREDIT, MAX_HEADER_BYTES, MAX_HOPS } from '../limits.ts';
import { badRequest, type MeshError } from '../mesh-error.ts';
import { isToken } from '../token.ts';
import { isUlid } from '../ulid.ts';
import type { CallHeaders } from './call-headers.ts';
import { headerNames as h } from './header-names.ts';
import { type PayloadRef, parsePayloadRef } from './payload-ref.ts';
import { isCredit } from './stream-frame.ts';
import type { WireHeaders } from './wire-headers.ts';

/**
 * Reads the call headers of a request, in the order in which they came.
 *
 * @returns the headers, or the `bad_request` that names the malformed one: a malformed deadline is never "no deadline"
 */
export function readCallHeaders(headers: WireHeaders, target: string): CallHeaders | MeshError {
  if (headers.malformed) return badRequest(target, 'headers', 'block is malformed');
  if (headers.bytes > MAX_HEADER_BYTES)
    return badRequest(target, 'headers', `block is larger than ${MAX_HEADER_BYTES} bytes`);
  const { fields } = headers;
  const reading = new Reading();
  for (let i = 0; i < fields.length; i += 2) {
    const field = fieldNamed(fields[i] ?? '');
    const problem = field && reading.take(field, fields[i + 1] ?? '');
    if (problem !== undefined) return badRequest(target, field?.name ?? '', problem);
  }
  return reading;
}

/** What has been read so far. */
class Reading implements CallHeaders {
  deadlineMs: number | undefined;
  sentMs: number | undefined;
  call: string | undefined;
  chain: readonly string[] = NONE;
  attempt = 1;
  criticality: Criticality | undefined;
  contract: string | undefined;
  idempotencyKey: string | undefined;
  trace: Trace | undefined;
  stream: number | undefined;
  ref: PayloadRef | undefined;
  #seen = 0;

  /** Takes one header over; returns what is wrong with it. */
  take(field: Field, text: string): string | undefined {
    if ((this.#seen & field.bit) !== 0) return field.again(this);
    this.#seen |= field.bit;
    return field.read(this, text) ? undefined : `expected ${field.expects}`;
  }
}

type Grammar = {
  readonly name: string;
  readonly expects: string;
  /** Puts its value into the reading; false when it is malformed. */
  readonly read: (into: Reading, text: string) => boolean;
};

/** One header; `again` is asked when it comes twice. */
type Field = Grammar & { readonly bit: number; readonly again: (into: Reading) => string | undefined };

const GRAMMARS: readonly Grammar[] = [
  // Which types there are is for the codecs to say; two of them would be two bodies.
  { name: h.contentType, expects: 'one type', read: () => true },
  { name: h.deadlineMs, expects: '1 to 8 digits', read: readDeadline },
  { name: h.sentMs, expects: '13 digits', read: readSent },
  { name: h.call, expects: 'a lower-case ULID', read: readCall },
  { name: h.chain, expects: `"<hops> <service>{,<service>}", at most ${MAX_HOPS}`, read: readChain },
  { name: h.attempt, expects: '1 to 99', read: readAttempt },
  { name: h.criticality, expects: 'critical, important or optional', read: readCriticality },
  { name: h.contract, expects: '16 hex digits', read: readContract },
  { name: h.idempotencyKey, expects: '1 to 64 of A-Z a-z 0-9 _ -', read: readKey },
  { name: h.stream, expects: `1 to ${MAX_CREDIT}`, read: readCredit },
  { name: h.ref, expects: '"<bucket>/<name>;size=<n>;sha256=<hex>"', read: readRef },
  { name: h.traceparent, expects: 'a trace', read: readTrace },
];

const FIELDS: readonly Field[] = GRAMMARS.map((grammar, i) => ({
  ...grammar,
  bit: 1 << i,
  again: grammar.name === h.traceparent ? forgetTrace : () => 'is repeated',
}));

/** By name as we write it and in lower case, as nearly all senders do. */
const BY_NAME = new Map(FIELDS.flatMap((one) => [[one.name, one] as const, [one.name.toLowerCase(), one] as const]));

const fieldNamed = (name: string): Field | undefined => BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase());

function readDeadline(into: Reading, text: string): boolean {
  into.deadlineMs = Number(text);
  return /^\d{1,8}$/.test(text);
}

function readSent(into: Reading, text: string): boolean {
  into.sentMs = Number(text);
  return /^\d{13}$/.test(text);
}

function readCall(into: Reading, text: string): boolean {
  into.call = text;
  return isUlid(text);
}

/** Chains come again and again. */
const knownChains = new Map<string, readonly string[]>();
const MAX_KNOWN_CHAINS = 1_024;

function readChain(into: Reading, text: string): boolean {
  const chain = knownChains.get(text) ?? chainIn(text);
  if (chain === undefined) return false;
  if (knownChains.size < MAX_KNOWN_CHAINS) knownChains.set(text, chain);
  into.chain = chain;
  return true;
}

function chainIn(text: string): readonly string[] | undefined {
  const [, hops, names = ''] = /^(\d) ?([A-Za-z0-9_,]*)$/.exec(text) ?? [];
  const services = names === '' ? NONE : names.split(',');
  const right = Number(hops) === services.length && services.length <= MAX_HOPS && services.every(isContractName);
  return right ? services : undefined;
}

function readAttempt(into: Reading, text: string): boolean {
  into.attempt = Number(text);
  return /^[1-9]\d?$/.test(text);
}

function readCriticality(into: Reading, text: string): boolean {
  if (text !== 'critical' && text !== 'important' && text !== 'optional') return false;
  into.criticality = text;
  return true;
}

function readContract(into: Reading, text: string): boolean {
  into.contract = text;
  return /^[0-9a-f]{16}$/.test(text);
}

function readKey(into: Reading, text: string): boolean {
  into.idempotencyKey = text;
  return isToken(text);
}

function readCredit(into: Reading, text: string): boolean {
  into.stream = Number(text);
  return /^\d{1,3}$/.test(text) && isCredit(into.stream);
}

function readRef(into: Reading, text: string): boolean {
  into.ref = parsePayloadRef(text);
  return into.ref !== undefined;
}

/** @source W3C Trace Context §3.2: a malformed `traceparent` starts a new trace */
function readTrace(into: Reading, text: string): boolean {
  into.trace = parseTraceparent(text);
  return true;
}

/** So does a repeated one. */
function forgetTrace(into: Reading): undefined {
  into.trace = undefined;
}

const NONE: readonly string[] = [];
