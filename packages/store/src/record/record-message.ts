import type { Message } from '../broker/broker.ts';
import { KV_OPERATION } from '../broker/marker.ts';
import { type Current, type RecordCodec, WRITE_ID } from './record-codec.ts';

/** A marker that tells watchers of a removal has done its work after this long, in ms. */
export const REMOVAL_MARKER_MS = 3_600_000;

/** Where the records of one bucket live. */
export type Place = { readonly stream: string; readonly prefix: string; readonly expiring: boolean };

/** From what was read of a key to what it shall hold, `undefined` for a removal. */
export type Step<T> = {
  readonly key: string;
  readonly before: Current<T>;
  readonly next: T | undefined;
  readonly ttlMs: number | undefined;
};

/** The subject that holds `key`. */
export const subjectOf = ({ prefix }: Place, key: string): string => `${prefix}${key}`;

/**
 * The message that makes one step, under the write id `id`.
 *
 * @throws StoreError `invalid_value` naming the field when the value does not fit its schema
 */
export function recordMessage<T extends object>(
  { key, before, next, ttlMs }: Step<T>,
  id: string,
  { codec, place }: { readonly codec: RecordCodec<T>; readonly place: Place },
): Message {
  const subject = subjectOf(place, key);
  const expect = before.rev;
  if (next !== undefined)
    return { subject, body: codec.encode(next, [...before.writes, id], subject), options: { expect, ttlMs } };
  const headers = [
    [KV_OPERATION, 'DEL'],
    [WRITE_ID, id],
  ] as const;
  const markerMs = place.expiring ? REMOVAL_MARKER_MS : undefined;
  return { subject, body: new Uint8Array(), options: { expect, ttlMs: markerMs, headers } };
}
