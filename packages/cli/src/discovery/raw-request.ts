import type { Mesh, WireMessage } from '@seedcore/mesh';
import {
  errorBody,
  headerNames,
  jsonCodec,
  MeshError,
  randomText,
  type Trace,
  writeCallHeaders,
} from '@seedcore/protocol';

/** One request to any subject, as JSON. */
export interface RawRequest {
  /** `service.endpoint`, for messages. */
  readonly target: string;
  readonly subject: string;
  readonly input: unknown;
  readonly timeoutMs: number;
  /** What it is known by; it travels along, and errors name its trace. */
  readonly traced?: { readonly id: string; readonly trace: Trace } | undefined;
}

/** The error a service answered with, as it travels. */
export type RawError = ReturnType<typeof errorBody.parse>['error'];

/** What came back. */
export type RawReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: RawError };

type Facts = { readonly target: string; readonly traceId: string | undefined };

const noResponders = 503;
/** The service is told a little less than what we wait, so that its answer arrives in time. */
const marginMs = 100;

/**
 * Asks any endpoint, of a service whose contract need not be known here.
 *
 * @throws MeshError `no_responder`, `timeout`, `not_connected`, `bad_reply`
 */
export async function rawRequest({ transport, clock, random }: Mesh, request: RawRequest): Promise<RawReply> {
  const { target, subject, input, timeoutMs, traced } = request;
  const facts = { target, traceId: traced?.trace.traceId };
  // Two tokens behind the inbox, so that the inbox of typed requests, which takes one, does not see the answer.
  const reply = `${transport.inbox}.raw.${randomText(random, 'abcdefghijklmnopqrstuvwxyz0123456789', 12)}`;
  const answer = Promise.withResolvers<WireMessage>();
  const subscription = transport.subscribe(reply, answer.resolve);
  const timer = clock.after(timeoutMs, () => answer.reject(new MeshError('timeout', facts)));
  try {
    const deadlineMs = Math.max(1, Math.floor(timeoutMs - marginMs));
    const known = traced === undefined ? {} : { call: traced.id, trace: traced.trace };
    const headers = writeCallHeaders({ deadlineMs, chain: [], attempt: 1, ...known });
    transport.publish(subject, jsonCodec.encode(input), { reply, headers });
    return read(await answer.promise, facts);
  } finally {
    timer.cancel();
    subscription.unsubscribe();
  }
}

function read(message: WireMessage, facts: Facts): RawReply {
  const { target } = facts;
  if (message.status === noResponders && message.data.length === 0) throw new MeshError('no_responder', facts);
  const value = decoded(message, facts);
  if (message.headers.get(headerNames.errorCode) === undefined) return { ok: true, value };
  const body = errorBody.safeParse(value);
  if (!body.success)
    throw new MeshError('bad_reply', { ...facts, message: `${target}: an error without a readable body` });
  return { ok: false, error: body.data.error };
}

/** JSON, or the text itself where a service answers with text (`help`). A person asked: whatever came back is shown. */
function decoded({ headers, data }: WireMessage, facts: Facts): unknown {
  const body = new TextDecoder().decode(data);
  if ((headers.get(headerNames.contentType) ?? '').startsWith('text/')) return body;
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MeshError('bad_reply', { ...facts, message: `${facts.target}: the answer is not JSON`, cause });
  }
}
