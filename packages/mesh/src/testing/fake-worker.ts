import { codecOf, errorBodyOf, headerNames, isRecord, MeshError } from '@seedcore/protocol';
import type { Subscription, Transport, WireMessage } from '../transport/transport.ts';

/** One request as a fake worker sees it. */
export type FakeRequest = { readonly input: unknown; readonly message: WireMessage };
/** What a fake worker answers: bytes or a value of the request's codec, perhaps with headers; it may throw a MeshError. */
export type FakeReply = { readonly body: unknown; readonly headers?: readonly (readonly [string, string])[] };
/** Serves one endpoint; undefined means no answer at all. */
export type FakeHandler = (request: FakeRequest) => FakeReply | undefined | Promise<FakeReply | undefined>;

/** Serves a subject on any transport without the machinery of a service, as a worker in another language would. */
export function fakeWorker(transport: Transport, subject: string, handler: FakeHandler): Subscription {
  return transport.subscribe(subject, (message) => respond(transport, message, handler), { queue: 'q' });
}

async function respond(transport: Transport, message: WireMessage, handler: FakeHandler): Promise<void> {
  const codec = codecOf(message.headers.get(headerNames.contentType));
  if (codec === undefined || message.reply === undefined) return;
  const input = codec.decode(message.data, { maxBytes: 1_000_000 });
  const reply = await answer(handler, { input, message });
  if (reply === undefined || transport.state !== 'up') return;
  const data = reply.body instanceof Uint8Array ? reply.body : codec.encode(reply.body);
  transport.publish(message.reply, data, { headers: reply.headers });
}

async function answer(handler: FakeHandler, request: FakeRequest): Promise<FakeReply | undefined> {
  try {
    return await handler(request);
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    return errorReply(errorBodyOf(error, { idempotent: true }));
  }
}

/** A reply that carries an error body, the way every service sends it. */
export function errorReply(body: { readonly error: { readonly status: number; readonly code: string } }): FakeReply {
  return {
    body,
    headers: [
      [headerNames.errorCode, String(body.error.status)],
      [headerNames.error, body.error.code],
    ],
  };
}

/** Repeats the word it was sent. */
export const repeat: FakeHandler = ({ input }) => ({ body: { word: isRecord(input) ? input['word'] : undefined } });
