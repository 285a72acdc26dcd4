import { type Codec, errorBody } from '@seedcore/protocol';
import type { RawReply } from '@seedcore/runtime/testing';

/** Longest message of a refusal in characters. */
const MAX_MESSAGE = 200;

/**
 * Checks that a reply is the right answer to bad input: status 400 in header and body, the field named, a short message,
 * nothing of the inside.
 *
 * @throws Error naming what is wrong with the reply
 */
export function mustRefuse(reply: RawReply, codec: Codec, field: string): void {
  if (reply.status !== '400')
    throw new Error(`status ${reply.status ?? 'none'} instead of 400: ${reply.text.slice(0, 400)}`);
  const { error } = errorBody.parse(codec.decode(reply.data, { maxBytes: 100_000 }));
  if (error.code !== 'bad_request' || error.status !== 400) throw new Error(`body says ${error.code} ${error.status}`);
  const named = fieldOf(error.details);
  if (named === undefined || !named.startsWith(field)) throw new Error(`names "${named}" instead of "${field}"`);
  if (error.message.length > MAX_MESSAGE) throw new Error(`message of ${error.message.length} characters`);
  if (/node_modules|\.ts:\d|\bat \w+ \(|\[object Object\]/.test(reply.text))
    throw new Error(`shows its inside: ${reply.text}`);
}

function fieldOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('field' in details)) return undefined;
  return typeof details.field === 'string' ? details.field : undefined;
}
