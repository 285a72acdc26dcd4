import {
  type Codec,
  CodecError,
  type Endpoint,
  type ErrorBody,
  headerNames,
  isRecord,
  jsonCodec,
  validate,
} from '@seedcore/protocol';
import type { RawReply } from '@seedcore/runtime/testing';
import type { Expected } from './bad-case.ts';
import type { HeaderPairs } from './bad-headers.ts';
import { mustRefuse } from './correct-refusal.ts';
import { ACCEPTED, type TrappedService } from './trapped-service.ts';

/** One request to one endpoint of a trapped service. */
export type Provocation = {
  /** On the wire. */
  readonly name: string;
  readonly body: Uint8Array;
  readonly headers?: HeaderPairs;
};

/** Most lines one endpoint and code may write in a second. */
const MAX_LINES = 5;
/** Longest line about bad input, its fields counted. */
const MAX_LINE = 700;

/** Headers that say which codec a body is in; none for JSON, as people send it. */
export const typed = (codec: Codec): HeaderPairs =>
  codec === jsonCodec ? [] : [[headerNames.contentType, codec.type] as const];

/**
 * Sends input that must be refused and checks everything about the refusal: the reply, that no handler ran, and what
 * was logged.
 *
 * @returns the error of the reply
 */
export async function provoke(
  service: TrappedService,
  sent: Provocation,
  expected: Expected,
): Promise<ErrorBody['error']> {
  const [ran, lines] = [service.ran(), service.lines.length];
  const reply = await service.request(sent.name, sent.body, sent.headers);
  const input = sent.headers === undefined ? sent.body : `${Buffer.from(sent.body)}${JSON.stringify(sent.headers)}`;
  const error = mustRefuse(reply, { expected, sent: input });
  if (service.ran() !== ran) throw new Error('a handler ran');
  mustLogLittle(service, lines);
  return error;
}

/** Sends input that is right and checks that it reaches its handler, once. */
export async function reaches(service: TrappedService, sent: Provocation): Promise<void> {
  const ran = service.ran();
  const reply = await service.request(sent.name, sent.body, sent.headers);
  if (service.ran() !== ran + 1 || codeOf(reply) !== ACCEPTED)
    throw new Error(`was not accepted: ${reply.text.slice(0, 400)}`);
}

const codeOf = ({ headers }: RawReply): string | undefined => headers.get(headerNames.error)?.split(':')[0];

/** One line at most about each refusal, as a warning, few in a second, and never with the body. */
function mustLogLittle({ lines }: TrappedService, before: number): void {
  const added = lines.slice(before);
  if (added.length > 1) throw new Error(`${added.length} lines about one request`);
  for (const { level, fields, message } of added) {
    if (level !== 'warn') throw new Error(`logged at ${level}`);
    if (JSON.stringify({ ...fields, message }).length > MAX_LINE) throw new Error(`a long line: ${message}`);
    const alike = lines.filter((one) => sameKind(one.fields, fields));
    if (alike.length > MAX_LINES) throw new Error(`${alike.length} lines of one kind in one second`);
  }
}

const sameKind = (a: object, b: object): boolean =>
  isRecord(a) && isRecord(b) && a['endpoint'] === b['endpoint'] && a['code'] === b['code'];

/** What a contract makes of bytes: their value, or where and why they are wrong. */
export type Verdict =
  | { readonly decoded: true; readonly value: unknown; readonly fields: readonly string[] }
  | { readonly decoded: false; readonly fields: readonly string[] };

/** Decodes and validates bytes as an endpoint does; `fields` are empty when it takes them. */
export function verdictOn(endpoint: Endpoint, codec: Codec, body: Uint8Array): Verdict {
  try {
    const value = codec.decode(body, { maxBytes: endpoint.maxBytes });
    const checked = validate(endpoint.input, value);
    return { decoded: true, value, fields: checked.ok ? [] : checked.problems.map(({ field }) => field) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { decoded: false, fields: [error.field] };
  }
}
