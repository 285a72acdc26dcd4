import {
  CodecError,
  formatPayloadRef,
  headerNames,
  MAX_INLINE_BYTES,
  MeshError,
  type MeshErrorFacts,
  type PayloadRef,
  parsePayloadRef,
} from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import type { Payloads, PayloadWait } from './payloads.ts';

/** What headers may take of a message, in bytes: what is left of the broker's limit is for the body. */
const HEADER_ROOM = 4_224;

/** Where bodies may go, and what a single message takes. */
export type LargeBodyPorts = { readonly payloads: Payloads; readonly transport: { readonly maxPayload: number } };

/** Largest body that is sent in its message, in bytes. */
export const inlineLimit = ({ maxPayload }: { readonly maxPayload: number }): number =>
  Math.min(MAX_INLINE_BYTES, maxPayload - HEADER_ROOM);

/** True when a body, however large, can or must travel in the message itself. */
export function travelsInline(bytes: number, { payloads, transport }: LargeBodyPorts): boolean {
  return !payloads.available && bytes + HEADER_ROOM <= transport.maxPayload;
}

/** The refusal of a body that no message can carry and nobody can store. */
export function nowhereToPut(target: string, bytes: number, { transport }: LargeBodyPorts): MeshError {
  const limit = transport.maxPayload;
  const message = `${target}: body of ${bytes} bytes is larger than the broker's ${limit}, and there is no JetStream`;
  const details = { field: '', bytes, limit };
  return new MeshError('bad_request', { target, message, details, sent: false, started: false });
}

/** What travels in place of a body, in whatever codec. */
export const referenceBody = (ref: PayloadRef): object => ({ ref });

/** The header that says where the body is. */
export const referenceHeader = (ref: PayloadRef) => [headerNames.ref, formatPayloadRef(ref)] as const;

/** What fetching the body of a reply needs. */
export type Fetching = PayloadWait & {
  readonly maxBytes: number;
  readonly facts: MeshErrorFacts;
  /** Has the body deleted. */
  readonly release: (ref: PayloadRef) => void;
};

/**
 * The reply with the body its reference stands for. Its reader deletes what it has read; what nobody reads is deleted by
 * its writer.
 *
 * @throws MeshError `bad_reply` when the reference or what it points to is not right
 */
export async function fetchReply(message: WireMessage, payloads: Payloads, fetching: Fetching): Promise<WireMessage> {
  const ref = parsePayloadRef(message.headers.get(headerNames.ref) ?? '');
  try {
    if (ref === undefined) throw new CodecError(`${headerNames.ref} is malformed`);
    const data = await payloads.get(ref, fetching);
    fetching.release(ref);
    const { subject, reply, headers, status } = message;
    return { subject, reply, headers, status, data };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { facts } = fetching;
    throw new MeshError('bad_reply', { ...facts, message: `${facts.target}: bad reply: ${error.message}` });
  }
}
