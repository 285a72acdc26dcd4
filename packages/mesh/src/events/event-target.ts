import {
  badRequest,
  type Event,
  isRecord,
  isToken,
  MeshError,
  type Service,
  type Subjects,
  wireName,
} from '@seedcore/protocol';
import type { TracedEvent } from '../trace/trace-event.ts';

/** One kind of event of one service. */
export type EventTarget = {
  readonly event: Event;
  readonly source: string;
  readonly kind: string;
  readonly name: string;
};

/** The event a contract declares under `kind`. */
export function eventTarget(contract: Service, kind: string): EventTarget {
  const event = contract.events[kind];
  if (event === undefined) throw new RangeError(`${contract.name} declares no event ${kind}`);
  const wire = wireName(kind);
  return { event, source: contract.name, kind: wire, name: `${contract.name}.${wire}` };
}

/**
 * Last subject token of one event: the one given, else the field the contract names.
 *
 * @throws MeshError `bad_request` when it cannot be a subject token
 */
export function eventKey({ event, name }: EventTarget, { data, key }: EventKeys): string | undefined {
  const field = event.key !== undefined && isRecord(data) ? data[event.key] : undefined;
  const token = key ?? (field === undefined ? undefined : String(field));
  return token === undefined ? undefined : checkedToken(name, event.key ?? 'key', token);
}

/** @throws MeshError `bad_request` naming the field, when a value cannot be a token of a subject */
export function checkedToken(target: string, field: string, token: string): string {
  if (isToken(token)) return token;
  const { message, details } = badRequest(target, field, 'must be 1 to 64 of A-Z a-z 0-9 _ -');
  throw new MeshError('bad_request', { target, message, details, sent: false });
}

/** The same as spans name it. */
export const tracedEvent = (subjects: Subjects, { name, source, kind }: EventTarget): TracedEvent => ({
  name,
  destination: subjects.event(source, kind),
});

/** Where the key of an event comes from. */
export type EventKeys = { readonly data: unknown; readonly key?: string | undefined };
