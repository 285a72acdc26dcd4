import { isRecord } from '@seedcore/protocol';
import type { Stored } from '../broker/broker.ts';

/** What the value of a lease says: who holds it, and for how long without a renewal. */
export type LeaseBody = { readonly holder: string; readonly ttl_ms: number };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The value of a lease as JSON. */
export const leaseBytes = (body: LeaseBody): Uint8Array => encoder.encode(JSON.stringify(body));

/** The value of a lease; undefined when it is none of ours. */
export function leaseBody(stored: Stored): LeaseBody | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(stored.body));
    if (!isRecord(value) || typeof value['holder'] !== 'string' || typeof value['ttl_ms'] !== 'number')
      return undefined;
    return { holder: value['holder'], ttl_ms: value['ttl_ms'] };
  } catch {
    return undefined; // somebody's text: it counts as held until it expires or stands still
  }
}
