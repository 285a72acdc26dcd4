import type { z } from 'zod';
import { isRecord } from '../json.ts';

/** Schemas that look and change nothing. */
const SCALARS: ReadonlySet<unknown> = new Set([
  'string',
  'number',
  'boolean',
  'null',
  'literal',
  'enum',
  'any',
  'unknown',
  'never',
  'custom',
]);
/** Where a definition keeps the schemas inside of it. */
const INNER = ['innerType', 'element', 'keyType', 'valueType', 'left', 'right', 'rest', 'catchall'] as const;
const WRAPPERS: ReadonlySet<unknown> = new Set([
  'array',
  'record',
  'tuple',
  'union',
  'optional',
  'nullable',
  'readonly',
  'intersection',
]);

/**
 * True for a schema that gives a value which fits back as it is: no defaults, no transformations, no field left out. Then
 * a value that certainly fits need not be checked. False where that cannot be told.
 */
export function checksOnly(schema: z.ZodType): boolean {
  return isPassive(schema);
}

function isPassive(schema: unknown): boolean {
  const def = isObject(schema) ? schema['def'] : undefined;
  if (!isRecord(def) || def['coerce'] === true || overwrites(def['checks'])) return false;
  const { type } = def;
  if (SCALARS.has(type)) return true;
  if (type === 'object') return def['catchall'] !== undefined && innerOf(def).every(isPassive);
  return WRAPPERS.has(type) && innerOf(def).every(isPassive);
}

function innerOf(def: Readonly<Record<string, unknown>>): readonly unknown[] {
  const { shape, options, items } = def;
  const several = [isRecord(shape) ? Object.values(shape) : [], listed(options), listed(items)].flat();
  return [...several, ...INNER.map((name) => def[name]).filter((inner) => inner !== undefined && inner !== null)];
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** `trim` and its like are checks that write. */
function overwrites(checks: unknown): boolean {
  return listed(checks).some((check) => {
    const inner = isObject(check) ? check['_zod'] : undefined;
    const def = isObject(inner) ? inner['def'] : undefined;
    return !isObject(def) || def['check'] === 'overwrite';
  });
}

/** Schemas are instances of classes, which {@link isRecord} leaves out. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
