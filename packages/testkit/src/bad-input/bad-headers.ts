import { isRecord } from '@seedcore/protocol';
import type { BadCase } from './bad-case.ts';

/** Headers as they travel. */
export type HeaderPairs = readonly (readonly [string, string])[];

/**
 * The headers of a case: pairs, where a value may be `{ repeat, times }`, or `{ count, pair }` for many alike with `#`
 * for their number.
 */
export function headersOf({ value, name }: BadCase): HeaderPairs {
  if (!Array.isArray(value)) throw new TypeError(`"${name}" has no headers`);
  return value.flatMap((one: unknown) => (isRecord(one) ? many(one) : [pair(one)]));
}

function many({ count, pair: shape }: Record<string, unknown>): HeaderPairs {
  const [key, text] = pair(shape);
  return Array.from({ length: Number(count) }, (_, i) => [key.replaceAll('#', String(i)), text] as const);
}

function pair(one: unknown): readonly [string, string] {
  if (!Array.isArray(one)) throw new TypeError('a header is a pair');
  const [name, value]: readonly unknown[] = one;
  return [String(name), isRecord(value) ? String(value['repeat']).repeat(Number(value['times'])) : String(value)];
}
