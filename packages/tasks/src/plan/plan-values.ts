import { isRecord } from '@seedcore/protocol';

/** A value that a step needs is not there. */
export class ValueMissing extends Error {
  override readonly name = 'ValueMissing';

  constructor(from: string, path: string) {
    super(`step "${from}" came to nothing at "${path}"`);
  }
}

/**
 * Params with every `{"$from": step, "path": pointer}` replaced by that part of what the step came to.
 *
 * @throws ValueMissing naming step and pointer
 * @source RFC 6901, JSON Pointer
 */
export function withValues(params: unknown, cameTo: (step: string) => unknown): unknown {
  if (Array.isArray(params)) return params.map((inner) => withValues(inner, cameTo));
  if (!isRecord(params)) return params;
  const from = params['$from'];
  if (typeof from === 'string') return partOf(cameTo(from), from, String(params['path'] ?? ''));
  return Object.fromEntries(Object.entries(params).map(([key, inner]) => [key, withValues(inner, cameTo)]));
}

function partOf(value: unknown, from: string, path: string): unknown {
  let part = value;
  for (const token of path === '' ? [] : path.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) throw new ValueMissing(from, path);
    part = Reflect.get(part, key);
  }
  if (part === undefined) throw new ValueMissing(from, path);
  return part;
}
