import { isRecord, pointerTo } from '@seedcore/protocol';

/** A node of a JSON Schema as contracts publish it. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** The members of an object schema. */
export const propertiesOf = (node: SchemaNode): SchemaNode => recordIn(node['properties']) ?? {};

/** Names of the members an object schema requires. */
export const requiredOf = (node: SchemaNode): readonly string[] =>
  Array.isArray(node['required']) ? node['required'].map(String) : [];

/** The alternatives of a union; undefined for anything else. */
export function choicesOf(node: SchemaNode): readonly SchemaNode[] | undefined {
  const choices = node['anyOf'] ?? node['oneOf'];
  return Array.isArray(choices) ? choices.filter(isRecord) : undefined;
}

/** The schema of every element, or of every value of a map. */
export const innerOf = (node: SchemaNode, key: 'items' | 'additionalProperties'): SchemaNode | undefined =>
  recordIn(node[key]);

/** A bound of a schema; undefined when it sets none. */
export const boundOf = (node: SchemaNode, key: string): number | undefined =>
  typeof node[key] === 'number' ? node[key] : undefined;

const recordIn = (node: unknown): SchemaNode | undefined => (isRecord(node) ? node : undefined);

/**
 * Judges a value by a published JSON Schema, on its own: what outsiders are told must be what is checked. It knows the
 * keywords contracts use, and counts text in UTF-16 units as they do.
 *
 * @returns JSON Pointers of what does not fit; empty when all of it does
 * @source json-schema.org, draft 2020-12, validation vocabulary
 */
export function misfits(node: SchemaNode, value: unknown, path = ''): readonly string[] {
  const choices = choicesOf(node);
  if (choices?.every((choice) => misfits(choice, value, path).length > 0)) return [path];
  if (!fitsType(node, value) || !fitsWord(node, value)) return [path];
  if (typeof value === 'string') return fitsText(node, value) ? [] : [path];
  if (typeof value === 'number') return fitsNumber(node, value) ? [] : [path];
  if (Array.isArray(value)) return arrayMisfits(node, value, path);
  return isRecord(value) ? objectMisfits(node, value, path) : [];
}

function fitsType(node: SchemaNode, value: unknown): boolean {
  const { type } = node;
  if (type === undefined) return true;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.some((one) => isOfType(one, value));
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value) && !Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

function fitsWord(node: SchemaNode, value: unknown): boolean {
  if ('const' in node && node['const'] !== value) return false;
  return !Array.isArray(node['enum']) || node['enum'].includes(value);
}

function fitsText(node: SchemaNode, value: string): boolean {
  if (value.length < (boundOf(node, 'minLength') ?? 0)) return false;
  if (value.length > (boundOf(node, 'maxLength') ?? Number.POSITIVE_INFINITY)) return false;
  return typeof node['pattern'] !== 'string' || new RegExp(node['pattern'], 'u').test(value);
}

function fitsNumber(node: SchemaNode, value: number): boolean {
  if (value < (boundOf(node, 'minimum') ?? value) || value > (boundOf(node, 'maximum') ?? value)) return false;
  if (value <= (boundOf(node, 'exclusiveMinimum') ?? Number.NEGATIVE_INFINITY)) return false;
  return value < (boundOf(node, 'exclusiveMaximum') ?? Number.POSITIVE_INFINITY);
}

function arrayMisfits(node: SchemaNode, values: readonly unknown[], path: string): readonly string[] {
  const fixed = Array.isArray(node['prefixItems']) ? node['prefixItems'].filter(isRecord) : undefined;
  const least = boundOf(node, 'minItems') ?? fixed?.length ?? 0;
  const most = boundOf(node, 'maxItems') ?? (fixed === undefined ? Number.POSITIVE_INFINITY : fixed.length);
  if (values.length < least || values.length > most) return [path];
  const items = innerOf(node, 'items');
  return values.flatMap((value, i) => {
    const inner = fixed?.[i] ?? items;
    return inner === undefined ? [] : misfits(inner, value, pointerTo(path, i));
  });
}

function objectMisfits(node: SchemaNode, value: Record<string, unknown>, path: string): readonly string[] {
  const known = propertiesOf(node);
  const missing = requiredOf(node).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => pointerTo(path, name)),
    ...Object.entries(value).flatMap(([key, member]) => {
      const inner = Object.hasOwn(known, key) ? recordIn(known[key]) : undefined;
      return inner === undefined
        ? extraMisfits(node, [key, member], path)
        : misfits(inner, member, pointerTo(path, key));
    }),
  ];
}

function extraMisfits(node: SchemaNode, [key, member]: readonly [string, unknown], path: string): readonly string[] {
  const rest = node['additionalProperties'];
  const names = recordIn(node['propertyNames']);
  if (rest === false || (names !== undefined && misfits(names, key).length > 0)) return [pointerTo(path, key)];
  return isRecord(rest) ? misfits(rest, member, pointerTo(path, key)) : [];
}
