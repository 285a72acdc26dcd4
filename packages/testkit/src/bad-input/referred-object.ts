import { createHash } from 'node:crypto';
import type { Payloads, PayloadWait } from '@seedcore/mesh';
import type { PayloadRef } from '@seedcore/protocol';
import type { BadCase } from './bad-case.ts';
import { type HeaderPairs, headersOf } from './bad-headers.ts';

/** Where objects are put, and what an endpoint would take. */
export type ObjectPlace = {
  readonly payloads: Payloads;
  readonly wait: PayloadWait;
  readonly ns: string;
  readonly example: Uint8Array;
  /** Largest body of the endpoint. */
  readonly maxBytes: number;
};

/**
 * Runs `use` with the headers of a case while the object it refers to is stored; without one its references lead
 * nowhere. `<bucket>`, `<object>`, `<size>`, `<sha256>`, `<max+1>` and `<ns>` in a value are filled in.
 */
export async function withObject(
  one: BadCase,
  place: ObjectPlace,
  use: (headers: HeaderPairs) => Promise<void>,
): Promise<void> {
  const { payloads, wait, example } = place;
  if (one.object === undefined) return use(filled(headersOf(one), nowhere(payloads.bucket), place));
  const body = one.object === '<example>' ? example : Buffer.from(one.object);
  const ref = await payloads.put(body, wait);
  await use(filled(headersOf(one), ref, place)).finally(() => payloads.delete(ref));
}

/** A reference as it should be, to nothing. */
function nowhere(bucket: string): PayloadRef {
  return { bucket, name: 'nothing', size: 2, sha256: createHash('sha256').update('{}').digest('hex') };
}

function filled(headers: HeaderPairs, ref: PayloadRef, { ns, maxBytes }: ObjectPlace): HeaderPairs {
  const words: readonly (readonly [string, string])[] = [
    ['<bucket>', ref.bucket],
    ['<object>', ref.name],
    ['<size>', String(ref.size)],
    ['<sha256>', ref.sha256],
    ['<max+1>', String(maxBytes + 1)],
    ['<ns>', ns],
  ];
  const fill = (text: string) => words.reduce((now, [word, value]) => now.replaceAll(word, value), text);
  return headers.map(([name, value]) => [name, fill(value)] as const);
}
