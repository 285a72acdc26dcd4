import {
  codecOf,
  type ErrorBody,
  errorBody,
  headerNames,
  isMeshErrorCode,
  isRecord,
  type MeshErrorCode,
  meshErrors,
} from '@seedcore/protocol';
import type { RawReply } from '@seedcore/runtime/testing';
import type { Expected } from './bad-case.ts';
import { repeatedCharacters } from './repeated-characters.ts';

/** Longest message of a refusal in characters. */
const MAX_MESSAGE = 200;
/** Most characters of the input a refusal repeats. */
const MAX_REPEATED = 64;
/** Largest refusal in bytes, whatever was sent. */
const MAX_REFUSAL_BYTES = 4_096;

/** Nothing beside the error travels. */
const strictBody = errorBody.strict();

/** What a refusal answers to. */
export type Refusable = { readonly expected: Expected; readonly sent: Uint8Array | string };

/**
 * Checks that a reply is the right answer to bad input: the code of the table with its status in header and body, the
 * field named by JSON Pointer (or the header by its name), a short message on one line that repeats next to nothing of
 * what was sent, and nothing of the inside.
 *
 * @returns the error of the reply
 * @throws Error naming what is wrong with the reply
 */
export function mustRefuse(reply: RawReply, { expected, sent }: Refusable): ErrorBody['error'] {
  const { code } = expected;
  if (!isMeshErrorCode(code)) throw new TypeError(`"${code}" is no code of the table`);
  const error = errorIn(reply, code);
  if (expected.field !== undefined) mustName(error, expected.field);
  else if (code === 'bad_request') mustPoint(fieldOf(error));
  mustBeShort(reply, error, sent);
  mustHide(reply);
  return error;
}

/** The error of a reply, which must carry `code` in every place that carries one. */
function errorIn(reply: RawReply, code: MeshErrorCode): ErrorBody['error'] {
  const { status, retried } = meshErrors[code];
  if (reply.status !== String(status))
    throw new Error(`status ${reply.status ?? 'none'} instead of ${status}: ${reply.text.slice(0, 400)}`);
  const codec = codecOf(reply.headers.get(headerNames.contentType));
  if (codec === undefined || reply.headers.get(headerNames.contentType) === undefined)
    throw new Error('does not say in which codec its body is');
  const { error } = strictBody.parse(codec.decode(reply.data, { maxBytes: 1_000_000 }));
  if (error.code !== code || error.status !== status) throw new Error(`body says ${error.code} ${error.status}`);
  if (retried === 'never' && error.retryable) throw new Error(`says that asking again would help with ${code}`);
  const line = reply.headers.get(headerNames.error) ?? '';
  if (!line.startsWith(`${code}: `) || line.length > 512 || /\p{Cc}|\p{Cf}/u.test(line))
    throw new Error(`header says "${line}"`);
  return error;
}

function mustName(error: ErrorBody['error'], field: string): void {
  const named = fieldOf(error);
  mustPoint(named);
  if (named !== field && !named?.startsWith(`${field}/`)) throw new Error(`names "${named}" instead of "${field}"`);
}

/** @source RFC 6901, "JavaScript Object Notation (JSON) Pointer", §3 */
function mustPoint(field: string | undefined): void {
  const isHeader = field === 'headers' || Object.values(headerNames).some((name) => name === field);
  if (field === undefined || (!isHeader && !/^(\/([^~/]|~[01])*)*$/u.test(field)))
    throw new Error(`"${field}" is no JSON Pointer`);
}

function mustBeShort(reply: RawReply, { message }: ErrorBody['error'], sent: Uint8Array | string): void {
  if (message.length > MAX_MESSAGE) throw new Error(`message of ${message.length} characters`);
  if (/\p{Cc}|\p{Cf}/u.test(message)) throw new Error(`message with control characters: ${JSON.stringify(message)}`);
  if (reply.data.length > MAX_REFUSAL_BYTES) throw new Error(`refusal of ${reply.data.length} bytes`);
  const repeated = repeatedCharacters(message, typeof sent === 'string' ? sent : Buffer.from(sent).toString());
  if (repeated > MAX_REPEATED) throw new Error(`repeats ${repeated} characters of the input: ${message}`);
}

function mustHide({ text }: RawReply): void {
  if (/node_modules|\.[cm]?[jt]s:\d|\bat \w+ \(|file:\/\/|\[object Object\]|\[native code\]/.test(text))
    throw new Error(`shows its inside: ${text.slice(0, 400)}`);
}

function fieldOf({ details }: ErrorBody['error']): string | undefined {
  return isRecord(details) && typeof details['field'] === 'string' ? details['field'] : undefined;
}
