import {
  type Codec,
  CodecError,
  codecOf,
  type Degraded,
  type Endpoint,
  type ErrorBody,
  errorBody,
  headerNames,
  isMeshErrorCode,
  isRecord,
  MeshError,
  type MeshErrorCode,
  type MeshErrorFacts,
  meshErrors,
  printable,
  validate,
} from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import type { CallTarget } from './call-target.ts';

/** An answer before its contract gives it a type. */
export type Answer =
  | { readonly ok: true; readonly value: unknown; readonly degraded?: Degraded }
  | { readonly ok: false; readonly failure: { readonly code: string; readonly details: unknown } };

/** How to read one reply. */
export type Reading = {
  readonly target: Pick<CallTarget, 'name' | 'endpoint' | 'output' | 'outputs'>;
  /** The codec of the request: a reply that names none is in it. */
  readonly codec: Codec;
  readonly facts: MeshErrorFacts;
  /** Told of a reply that does not fit and is taken all the same. */
  readonly misfit: (error: MeshError) => void;
};

/** What a status without a readable body means; anything else is a defect of the callee. */
const FOREIGN_STATUS: Readonly<Record<string, MeshErrorCode>> = {
  '400': 'bad_request',
  '403': 'forbidden',
  '404': 'unknown_endpoint',
  '429': 'overloaded',
};

/**
 * The answer in a reply.
 *
 * @throws MeshError the one the reply carries, or `bad_reply` when it does not decode or fit the contract
 */
export function readAnswer(message: WireMessage, reading: Reading): Answer {
  const status = message.headers.get(headerNames.errorCode);
  if (status !== undefined) return readError(message, status, reading);
  const { target } = reading;
  const body = decoded(message, reading);
  const value = target.outputs.next() ? checkedOutput(body, reading) : body;
  return target.endpoint.degradable ? liftDegraded(value) : { ok: true, value };
}

/** Where only samples are checked nobody is refused by chance: it is reported. */
function checkedOutput(body: unknown, reading: Reading): unknown {
  const { output, outputs } = reading.target;
  const checked = validate(output, body);
  if (checked.ok) return checked.value;
  const misfit = badReply(reading, checked.problems[0]?.message ?? 'invalid', { problems: checked.problems });
  if (outputs.mode === 'always') throw misfit;
  reading.misfit(misfit);
  return body;
}

/**
 * One item of a stream.
 *
 * @throws MeshError `bad_reply` when it does not decode or fit the contract
 */
export function readItem(message: WireMessage, schema: NonNullable<Endpoint['stream']>, reading: Reading): unknown {
  const checked = validate(schema, decoded(message, reading));
  if (checked.ok) return checked.value;
  throw badReply(reading, `item: ${checked.problems[0]?.message ?? 'invalid'}`, { problems: checked.problems });
}

function readError(message: WireMessage, status: string, reading: Reading): Answer {
  const body = errorBodyIn(message, reading);
  if (body === undefined) throw foreignError(status, message, reading);
  const { code, details } = body.error;
  const declared = declaredFailure(reading.target.endpoint, code);
  if (declared !== undefined) {
    const checked = validate(declared.details, details);
    if (checked.ok) return { ok: false, failure: { code, details: checked.value } };
    throw badReply(reading, `details of ${code} do not fit`, { problems: checked.problems });
  }
  if (!isMeshErrorCode(code))
    throw badReply(reading, `failure "${printable(code, 64)}" is not in the contract`, { code });
  throw carried(code, body, reading);
}

function carried(code: MeshErrorCode, { error }: ErrorBody, { facts }: Reading): MeshError {
  const ran = meshErrors[code].kind === 'not_run' || meshErrors[code].kind === 'caller' ? false : undefined;
  return new MeshError(code, {
    ...facts,
    message: error.message,
    retryAfterMs: error.retry_after_ms,
    details: error.details,
    traceId: error.trace_id ?? facts.traceId,
    started: ran,
  });
}

/** Workers in other languages may answer with a status header alone. */
function foreignError(status: string, { headers }: WireMessage, { facts }: Reading): MeshError {
  const text = printable(headers.get(headerNames.error) ?? `status ${status}`, 200);
  return new MeshError(FOREIGN_STATUS[status] ?? 'internal', { ...facts, message: text });
}

/** What cannot be read, as the stack trace of a foreign worker, says nothing: the status does. */
function errorBodyIn(message: WireMessage, reading: Reading): ErrorBody | undefined {
  if (message.data.length === 0) return undefined;
  try {
    return errorBody.safeParse(decoded(message, reading)).data;
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
}

function declaredFailure(endpoint: Endpoint, code: string) {
  return Object.hasOwn(endpoint.failures, code) ? endpoint.failures[code] : undefined;
}

function decoded({ headers, data }: WireMessage, reading: Reading): unknown {
  const type = headers.get(headerNames.contentType);
  const codec = type === undefined ? reading.codec : codecOf(type);
  if (codec === undefined) throw badReply(reading, `content type "${printable(type ?? '', 64)}" is unknown`, {});
  try {
    return codec.decode(data, { maxBytes: reading.target.endpoint.maxBytes });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw badReply(reading, error.message, { field: error.field });
  }
}

function liftDegraded(value: unknown): Answer {
  if (!isRecord(value)) return { ok: true, value };
  const { degraded: mark, ...live } = value;
  return isDegraded(mark) ? { ok: true, value: live, degraded: mark } : { ok: true, value: live };
}

/** What else a mark says the schema checks. */
const isDegraded = (mark: unknown): mark is Degraded =>
  isRecord(mark) && typeof mark['reason'] === 'string' && typeof mark['source'] === 'string';

/** The reply breaks the rules. */
export function badReply({ facts }: Reading, what: string, details: object): MeshError {
  return new MeshError('bad_reply', { ...facts, message: `${facts.target}: bad reply: ${what}`, details });
}
