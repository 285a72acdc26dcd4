import { badInput, type Codec, jsonCodec, MeshError, type PayloadRef, validate } from '@seedcore/protocol';
import { affinityKey } from './affinity-key.ts';
import type { CallTarget, ClientOptions } from './call-target.ts';
import type { CallerParts } from './caller-parts.ts';
import { type Given, OutgoingCall } from './outgoing-call.ts';

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
export type CallHow = { readonly given: Given; readonly options: ClientOptions };

/**
 * Checks and encodes what a call sends.
 *
 * @throws MeshError `bad_request` or `cycle_refused`, never sent
 */
export function prepareCall(target: CallTarget, { input, how }: Wanted, parts: CallerParts): PreparedCall {
  const { endpoint, name, service } = target;
  const { given, options } = how;
  const checked = validate(endpoint.input, input);
  const affinity = checked.ok ? affinityKey(endpoint, checked.value) : undefined;
  const call = new OutgoingCall(
    { target: name, endpoint, deadlineMs: options.deadlineMs, instance: options.instance, affinity },
    given,
    parts,
  );
  if (!checked.ok) throw unsent(badInput(name, checked.problems));
  const { instance } = call;
  if (instance === undefined) target.route(parts.directory.routable(service));
  const codec = options.codec === 'json' ? jsonCodec : parts.directory.codecFor(service, instance);
  const body = codec.encode(input);
  if (body.length > endpoint.maxBytes) throw tooLarge(name, body.length, endpoint.maxBytes);
  return { target, call, codec, body, instance, ref: undefined, subject: subjectOf(target, instance, parts) };
}

/** What is asked, and how. */
export type Wanted = { readonly input: unknown; readonly how: CallHow };

function subjectOf({ service, wire, subject }: CallTarget, instance: string | undefined, { subjects }: CallerParts) {
  return instance === undefined ? subject : subjects.instance(service, instance, wire);
}

function unsent({ target, message, details }: MeshError): MeshError {
  return new MeshError('bad_request', { target, message, details, sent: false, started: false });
}

function tooLarge(target: string, bytes: number, limit: number): MeshError {
  const message = `request of ${bytes} bytes is larger than the endpoint's ${limit}`;
  return new MeshError('bad_request', {
    target,
    message,
    details: { field: '', bytes, limit },
    sent: false,
    started: false,
  });
}
