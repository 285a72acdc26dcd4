import { badRequest, isInbox, MAX_HEADER_BYTES, MAX_SUBJECT_BYTES, MeshError } from '@seedcore/protocol';
import type { PublishOptions } from './transport.ts';

/** The two `Nats-` headers a reply may carry; every other one could make the broker act in a client's name. */
const REPLY_HEADERS: ReadonlySet<string> = new Set(['nats-service-error', 'nats-service-error-code']);

/** Headers as they are sent. */
export type HeaderPairs = readonly (readonly [string, string])[];

/**
 * Checks one message before it leaves, because the server answers some mistakes by hanging up.
 *
 * @returns the headers that may travel
 * @throws MeshError `bad_request`, never sent
 */
export function checkOutgoing(subject: string, data: Uint8Array, rules: OutgoingRules): HeaderPairs {
  const { reply, block } = rules.options;
  checkSubject(subject);
  if (reply !== undefined && !isOwnInbox(reply, rules.inbox)) checkSubject(reply);
  const headers = block === undefined ? allowedHeaders(subject, rules.options.headers ?? NONE) : NONE;
  const bytes = block === undefined ? headerBytes(headers) : block.length;
  if (bytes > MAX_HEADER_BYTES) throw unsent(subject, 'headers', `block is larger than ${MAX_HEADER_BYTES} bytes`);
  if (bytes + data.length > rules.maxPayload)
    throw unsent(
      subject,
      '',
      `message of ${bytes + data.length} bytes is larger than the broker's ${rules.maxPayload}`,
    );
  return headers;
}

/** What a message is checked against. */
export type OutgoingRules = {
  readonly options: PublishOptions;
  readonly maxPayload: number;
  /** Of the connection itself: what it makes below it needs no check. */
  readonly inbox: string;
};

/** Nothing can be sent right now. */
export function notConnected(target: string): MeshError {
  return new MeshError('not_connected', { target, sent: false, started: false });
}

/** Subjects found right: they come again and again, and checking one costs more than knowing it. */
const right = new Set<string>();
const MAX_RIGHT = 4_096;

function checkSubject(subject: string): void {
  // Every reply goes to an inbox token of its own: remembered, those would only crowd out the others.
  if (isInbox(subject) || right.has(subject)) return;
  // Reduced to what cannot end a protocol line, match more than itself, or exceed the server's control line.
  if (Buffer.byteLength(subject) > MAX_SUBJECT_BYTES)
    throw unsent(subject.slice(0, 64), 'subject', `is longer than ${MAX_SUBJECT_BYTES} bytes`);
  if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/u.test(subject)) throw unsent(subject, 'subject', `"${subject}" is malformed`);
  if (right.size < MAX_RIGHT) right.add(subject);
}

/** One token below the inbox, as requests make them. */
const isOwnInbox = (reply: string, inbox: string): boolean =>
  reply.startsWith(inbox) && /^\.[0-9a-z-]{1,24}$/.test(reply.slice(inbox.length));

function allowedHeaders(subject: string, headers: HeaderPairs): HeaderPairs {
  for (const [name, value] of headers) {
    if (!/^[!-9;-~]+$/.test(name)) throw unsent(subject, 'headers', `name "${name.slice(0, 64)}" is malformed`);
    if (/[\r\n]/.test(value)) throw unsent(subject, name, 'has a line break in its value');
  }
  return headers.every(([name]) => mayTravel(name)) ? headers : headers.filter(([name]) => mayTravel(name));
}

function mayTravel(name: string): boolean {
  const lower = name.toLowerCase();
  return !lower.startsWith('nats-') || REPLY_HEADERS.has(lower);
}

const NONE: HeaderPairs = [];

const headerBytes = (headers: HeaderPairs): number =>
  headers.reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4,
    headers.length === 0 ? 0 : 12,
  );

function unsent(target: string, field: string, message: string): MeshError {
  const { details, message: text } = badRequest(target, field, message);
  return new MeshError('bad_request', { target, message: text, details, sent: false, started: false });
}
