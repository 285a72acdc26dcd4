import type { ItemValue } from './item.ts';

/** Largest value, in bytes of its JSON. */
export const MOST_VALUE_BYTES = 262_144;

/** By how much a value is too large; undefined when it is not. */
export function valueTooLarge(value: ItemValue): { of: 'bytes'; limit: number; got: number } | undefined {
  const got = new TextEncoder().encode(JSON.stringify(value)).length;
  return got <= MOST_VALUE_BYTES ? undefined : { of: 'bytes', limit: MOST_VALUE_BYTES, got };
}
