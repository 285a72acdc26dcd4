import {
  type Call,
  type CallOptions,
  CodecError,
  codecOf,
  errorBody,
  headerNames,
  isRecord,
  jsonCodec,
  MeshError,
  meshErrorOf,
  traceOfCall,
  writeCallHeaders,
} from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import type { CallerParts } from './caller-parts.ts';
import { OutgoingCall } from './outgoing-call.ts';

/** Endpoints every service answers by itself. */
export type BuiltinName = 'health' | 'info' | 'schema' | 'help';

/** Text for `help`, an object for the others. */
export type BuiltinAnswer<N extends BuiltinName> = N extends 'help' ? string : Readonly<Record<string, unknown>>;

/** Time a service has to speak about itself, in ms. */
const BUILTIN_MS = 2_000;
const MAX_BUILTIN_BYTES = 1_048_576;
const EMPTY = new Uint8Array(0);

/**
 * Asks a service about itself: one attempt, no policies, so that it can be asked whatever state it is in.
 *
 * @throws MeshError
 */
export async function askBuiltin<N extends BuiltinName>(
  parts: CallerParts,
  { service, name }: { readonly service: string; readonly name: N },
  given?: Call | CallOptions,
): Promise<BuiltinAnswer<N>> {
  const target = `${service}.${name}`;
  const call = new OutgoingCall({ target, endpoint: builtinEndpoint, deadlineMs: undefined }, given, parts);
  const { subjects, mux, clock } = parts;
  // It has no span of its own, so what the callee does is part of whatever asks.
  const trace = call.within ?? traceOfCall(call.id);
  const message = await mux.request({
    subject:
      call.instance === undefined ? subjects.endpoint(service, name) : subjects.instance(service, call.instance, name),
    data: EMPTY,
    headers: writeCallHeaders({ call: call.id, chain: call.chain, attempt: call.attempt, trace }),
    timeoutMs: call.deadlineAt - clock.now(),
    signal: call.signal,
    facts: { target, traceId: trace.traceId, instance: call.instance },
  });
  return answerOf(message, target, name) as BuiltinAnswer<N>;
}

const builtinEndpoint = { deadlineMs: BUILTIN_MS, criticality: 'important' } as const;

function answerOf({ headers, data }: WireMessage, target: string, name: BuiltinName): unknown {
  const failed = headers.get(headerNames.errorCode) !== undefined;
  if (name === 'help' && !failed) return new TextDecoder().decode(data);
  const value = decoded(headers.get(headerNames.contentType), data);
  if (!failed && isRecord(value)) return value;
  const body = errorBody.safeParse(value);
  const error = body.success ? meshErrorOf(body.data, target) : undefined;
  throw error ?? new MeshError('bad_reply', { target });
}

/** What does not decode is no object either, and is reported as such. */
function decoded(contentType: string | undefined, data: Uint8Array): unknown {
  try {
    return (codecOf(contentType) ?? jsonCodec).decode(data, { maxBytes: MAX_BUILTIN_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
