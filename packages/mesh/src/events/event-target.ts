import { type Event, isRecord, isToken, MeshError, type Service, type Subjects, wireName } from '@seedcore/protocol';
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
 * Subject of one event; its key is the one given, else the field the contract names.
 *
 * @throws MeshError `bad_request` when the key cannot be a subject token
 */
export function eventSubject(subjects: Subjects, target: EventTarget, { data, key }: EventKeys): string {
  const { event, source, kind, name } = target;
  const field = event.key !== undefined && isRecord(data) ? data[event.key] : undefined;
  const token = key ?? (field === undefined ? undefined : String(field));
  if (token === undefined || isToken(token)) return subjects.event(source, kind, token);
  const message = `${event.key ?? 'key'}: must be 1 to 64 of A-Z a-z 0-9 _ -`;
  throw new MeshError('bad_request', { target: name, message, sent: false, details: { field: event.key ?? 'key' } });
}

/** The same as spans name it. */
export const tracedEvent = (subjects: Subjects, { name, source, kind }: EventTarget): TracedEvent => ({
  name,
  destination: subjects.event(source, kind),
});

/** Where the key of an event comes from. */
export type EventKeys = { readonly data: unknown; readonly key: string | undefined };
