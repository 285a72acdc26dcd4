import { canonicalJson, type Endpoint, isRecord } from '@seedcore/protocol';

/** What calls that prefer the same instance have in common; undefined where any will do, or the field is left out. */
export function affinityKey({ affinity }: Pick<Endpoint, 'affinity'>, input: unknown): string | undefined {
  if (affinity === undefined || !isRecord(input)) return undefined;
  const value = input[affinity];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : canonicalJson(value);
}
