import { holdsSensitive, isRecord, MeshError } from '@seedcore/protocol';
import type { KeptEvent } from './event-store.ts';
import type { EventTarget } from './event-target.ts';

/** Why a group gave an event up. */
export type DeadEventReason =
  /** Its handler failed each time. */
  | 'handler_failed'
  /** It does not fit the contract the group knows. */
  | 'invalid'
  /** Whoever had it last was never heard of again, as when it brings down the process that handles it. */
  | 'lost';

/** What failed, for a person. */
export type EventError = { readonly code: string; readonly message: string };

/** An event a group could not handle, and all that is known about it; fields are written as they are stored. */
export type DeadEvent = {
  readonly event: string;
  readonly id: string;
  readonly key?: string;
  readonly group: string;
  /** The member that gave it up. */
  readonly instance: string;
  readonly reason: DeadEventReason;
  readonly error: EventError;
  readonly deliveries: number;
  /** Where the event itself is kept, while it is. */
  readonly subject: string;
  readonly kept_at: string;
  readonly dead_at: string;
  /** Left out where the contract calls part of it sensitive, and where it is too large. */
  readonly data?: unknown;
  /** In place of data that are no JSON. */
  readonly raw?: string;
};

/** Largest body repeated in a letter, in bytes; the whole is where the event is kept. */
export const MAX_LETTER_DATA_BYTES = 65_536;
const MAX_MESSAGE = 400;

/** What a letter is written from. */
export type DeadEventFacts = Pick<DeadEvent, 'group' | 'instance' | 'reason' | 'error' | 'deliveries'> & {
  readonly nowMs: number;
};

/** The letter about an event that is given up. */
export function deadEvent(target: EventTarget, kept: KeptEvent, { nowMs, ...facts }: DeadEventFacts): DeadEvent {
  const { id, key, subject, at } = kept;
  return {
    event: target.name,
    id,
    ...(key === undefined ? {} : { key }),
    ...facts,
    subject,
    kept_at: at.toISOString(),
    dead_at: new Date(nowMs).toISOString(),
    ...shown(target, kept.body),
  };
}

function shown({ event }: EventTarget, body: Uint8Array): Pick<DeadEvent, 'data' | 'raw'> {
  if (body.length > MAX_LETTER_DATA_BYTES || holdsSensitive(event.data)) return {};
  const text = new TextDecoder().decode(body);
  try {
    const data: unknown = JSON.parse(text);
    return { data };
  } catch {
    return { raw: text }; // whoever wrote it, a person can read it
  }
}

/** What a handler threw, as a letter tells it. */
export function eventError(thrown: unknown): EventError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: codeOf(thrown).slice(0, 64), message: message.slice(0, MAX_MESSAGE) };
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof MeshError) return thrown.code;
  if (isRecord(thrown) && typeof thrown['code'] === 'string') return thrown['code'];
  return thrown instanceof Error ? thrown.name : 'thrown';
}
