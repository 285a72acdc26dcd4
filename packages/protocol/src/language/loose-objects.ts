import type { z } from 'zod';
import { isRecord } from '../json.ts';

/** Where a definition keeps one schema inside of it; of those with several, see {@link children}. */
const INNER = ['innerType', 'element', 'keyType', 'valueType', 'left', 'right', 'rest', 'catchall'] as const;

/**
 * Paths of all objects in a schema of input that accept fields they do not know, as `/a/b` (`/` is the schema itself). It
 * is read off the definition: every process does that for every contract it starts with, where a JSON Schema is far dearer.
 */
export function looseObjects(schema: z.ZodType): string[] {
  const found = new Set<string>();
  walk(schema, '', { found, above: new Set() });
  return [...found];
}

type Walk = { readonly found: Set<string>; readonly above: Set<unknown> };

function walk(schema: unknown, path: string, { found, above }: Walk): void {
  const def = isObject(schema) ? schema['def'] : undefined;
  // A schema that holds itself has been looked at already.
  if (!isRecord(def) || above.has(schema)) return;
  if (def['type'] === 'object' && typeOf(def['catchall']) !== 'never') found.add(path || '/');
  const below: Walk = { found, above: new Set([...above, schema]) };
  for (const [name, inner] of children(def)) walk(inner, name === '' ? path : `${path}/${name}`, below);
}

/** The schemas directly inside of one, each with the step of the path that leads there. */
function children(def: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  const { type, shape, options, items, getter } = def;
  // What a transformation makes of its input is nobody's input.
  if (type === 'pipe') return [['', typeOf(def['in']) === 'transform' ? def['out'] : def['in']]];
  return [
    ...(isRecord(shape) ? Object.entries(shape) : []),
    ...listed(options).map((option) => ['', option] as const),
    ...listed(items).map((item, i) => [String(i), item] as const),
    ...INNER.map((name) => ['', def[name]] as const),
    ...(type === 'lazy' && typeof getter === 'function' ? [['', getter()] as const] : []),
  ];
}

function typeOf(schema: unknown): unknown {
  const def = isObject(schema) ? schema['def'] : undefined;
  return isRecord(def) ? def['type'] : undefined;
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Schemas are instances of classes, which {@link isRecord} leaves out. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
