import { type Codec, errorBodyOf, failureBody, headerNames, headerText } from '@seedcore/protocol';
import type { ServerReply } from './reply.ts';

type Pair = readonly [string, string];

/** A reply as bytes and headers; `error` is set when it carries an error header. */
export type EncodedReply = {
  readonly data: Uint8Array;
  readonly headers: readonly Pair[];
  readonly error: string | undefined;
};

/** What an endpoint adds to the look of its replies. */
export type ReplyTraits = { readonly asText?: boolean; readonly idempotent?: boolean };

const text = new TextEncoder();

/** A reply in the codec of its request; only errors and text name their type. */
export function encodeReply(
  reply: ServerReply,
  codec: Codec,
  { asText = false, idempotent = false }: ReplyTraits = {},
): EncodedReply {
  if (reply.kind === 'value' && asText)
    return {
      data: text.encode(String(reply.body)),
      headers: [[headerNames.contentType, 'text/plain']],
      error: undefined,
    };
  if (reply.kind === 'value') return { data: codec.encode(reply.body), headers: [], error: undefined };
  const body =
    reply.kind === 'failure'
      ? failureBody(reply.code, reply.status, reply.details)
      : errorBodyOf(reply.error, { idempotent });
  const { code, status, message } = body.error;
  const line = headerText(reply.kind === 'failure' ? code : `${code}: ${message}`);
  const headers: Pair[] = [
    [headerNames.errorCode, String(status)],
    [headerNames.error, line],
    [headerNames.contentType, codec.type],
  ];
  return { data: codec.encode(body), headers, error: `${status}:${line}` };
}
