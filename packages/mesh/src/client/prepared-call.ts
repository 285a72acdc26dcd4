import { badInput, type Codec, jsonCodec, MeshError, type PayloadRef, validate } from '@seedcore/protocol';
import type { FailureTaker } from '../record/recorder.ts';
import { affinityKey } from './affinity-key.ts';
import type { CallTarget, ClientOptions } from './call-target.ts';
import type { CallerParts } from './caller-parts.ts';
import type { Given, OutgoingCall } from './outgoing-call.ts';

/** A call whose input is checked and encoded, once for all its attempts. */
export type PreparedCall = {
  readonly target: CallTarget;
  readonly call: OutgoingCall;
  readonly codec: Codec;
  readonly body: Uint8Array;
  readonly subject: string;
  /** Set when only one instance will do. */
  readonly instance: string | undefined;
  /** Where the body is, when `body` only says so. */
  readonly ref: PayloadRef | undefined;
};

/** The same call with its body put away. */
export type Stored = () => Promise<PreparedCall>;

/** Whose call it is, and how its client was made. */
export type CallHow = {
  readonly given: Given;
  readonly options: ClientOptions;
  /** Who is told of a failure in place of the recorder, because it may not be the end. */
  readonly failures?: FailureTaker | undefined;
};

/**
 * Checks and encodes what a call sends.
 *
 * @throws MeshError `bad_request`, never sent
 */
export function prepareCall(target: CallTarget, { input, call, options }: Wanted, parts: CallerParts): PreparedCall {
  const { endpoint, service } = target;
  const value = target.inputs.next() ? checkedInput(target, input, call) : input;
  call.affinity = affinityKey(endpoint, value);
  const { instance } = call;
  if (instance === undefined) target.route(parts.directory.routable(service));
  const codec = options.codec === 'json' ? jsonCodec : parts.directory.codecFor(service, instance);
  const body = codec.encode(input);
  if (body.length > endpoint.maxBytes) throw tooLarge(call, body.length, endpoint.maxBytes);
  return { target, call, codec, body, instance, ref: undefined, subject: subjectOf(target, instance, parts) };
}

/** What is asked, by which call of which client. */
export type Wanted = {
  readonly input: unknown;
  readonly call: OutgoingCall;
  readonly options: ClientOptions;
};

/** Whatever is wrong with it the callee would say as well, later. */
function checkedInput({ endpoint, name }: CallTarget, input: unknown, call: OutgoingCall): unknown {
  const checked = validate(endpoint.input, input);
  if (!checked.ok) throw unsent(badInput(name, checked.problems), call);
  return checked.value;
}

function subjectOf({ service, wire, subject }: CallTarget, instance: string | undefined, { subjects }: CallerParts) {
  return instance === undefined ? subject : subjects.instance(service, instance, wire);
}

function unsent({ target, message, details }: MeshError, { trace: { traceId } }: OutgoingCall): MeshError {
  return new MeshError('bad_request', { target, message, details, sent: false, started: false, traceId });
}

function tooLarge({ target, trace: { traceId } }: OutgoingCall, bytes: number, limit: number): MeshError {
  const message = `request of ${bytes} bytes is larger than the endpoint's ${limit}`;
  return new MeshError('bad_request', {
    target,
    message,
    details: { field: '', bytes, limit },
    sent: false,
    started: false,
    traceId,
  });
}
