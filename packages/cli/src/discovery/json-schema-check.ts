import { isRecord, nearest } from '@seedcore/protocol';

/** One way a value does not fit a JSON Schema. */
export interface Misfit {
  /** JSON Pointer. */
  readonly at: string;
  readonly why: string;
}

const maxDepth = 64;

/**
 * Checks a value against the part of JSON Schema that contracts are described with. Keywords it does not know are left
 * to the service, which checks everything again.
 */
export function misfits(schema: unknown, value: unknown): Misfit[] {
  return check({ root: schema, schema, depth: 0 }, value, '');
}

interface Place {
  readonly root: unknown;
  readonly schema: unknown;
  readonly depth: number;
}

function check(place: Place, value: unknown, at: string): Misfit[] {
  const { root, depth } = place;
  const schema = dereferenced(root, place.schema);
  if (!isRecord(schema) || depth > maxDepth) return [];
  const inside = (inner: unknown): Place => ({ root, schema: inner, depth: depth + 1 });
  const wrong = wrongType(schema, value) ?? wrongValue(schema, value);
  if (wrong) return [{ at, why: wrong }];
  return [
    ...alternatives(inside, schema, { value, at }),
    ...list(schema['allOf']).flatMap((one) => check(inside(one), value, at)),
    ...(isRecord(value) ? checkObject(inside, schema, { value, at }) : []),
    ...(Array.isArray(value)
      ? value.flatMap((item, index) => check(inside(schema['items']), item, `${at}/${index}`))
      : []),
  ];
}

type Inside = (schema: unknown) => Place;

function alternatives(
  inside: Inside,
  schema: Record<string, unknown>,
  { value, at }: { value: unknown; at: string },
): Misfit[] {
  const options = [...list(schema['anyOf']), ...list(schema['oneOf'])];
  if (options.length === 0) return [];
  const results = options.map((one) => check(inside(one), value, at));
  if (results.some((result) => result.length === 0)) return [];
  // The alternative that got furthest is the one that was meant.
  return results.reduce((best, result) => (deepest(result) > deepest(best) ? result : best));
}

function deepest(result: readonly Misfit[]): number {
  return Math.max(...result.map(({ at }) => at.split('/').length));
}

function checkObject(
  inside: Inside,
  schema: Record<string, unknown>,
  { value, at }: { value: Record<string, unknown>; at: string },
): Misfit[] {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const missing = list(schema['required']).filter((key) => typeof key === 'string' && !(key in value));
  const rest = schema['additionalProperties'];
  return [
    ...missing.map((key) => ({ at: `${at}/${key}`, why: 'is missing' })),
    ...Object.entries(value).flatMap(([key, inner]) => {
      if (Object.hasOwn(properties, key)) return check(inside(properties[key]), inner, `${at}/${key}`);
      if (rest === false) return [{ at: `${at}/${key}`, why: unknownField(key, Object.keys(properties)) }];
      return check(inside(rest), inner, `${at}/${key}`);
    }),
  ];
}

function unknownField(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `is not known; did you mean "${meant}"?`;
  return known.length > 0 ? `is not known; known: ${known.join(', ')}` : 'is not known; no fields are';
}

function wrongType(schema: Record<string, unknown>, value: unknown): string | undefined {
  const types = Array.isArray(schema['type'])
    ? schema['type']
    : list([schema['type']].filter((one) => one !== undefined));
  if (types.length === 0 || types.some((type) => isOfType(value, type))) return undefined;
  return `must be ${types.join(' or ')}, is ${nameOf(value)}`;
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return type === nameOf(value);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function wrongValue(schema: Record<string, unknown>, value: unknown): string | undefined {
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) {
    return `must be one of ${schema['enum'].join(', ')}`;
  }
  if ('const' in schema && schema['const'] !== value) return `must be ${JSON.stringify(schema['const'])}`;
  const size = typeof value === 'number' ? numberBounds : typeof value === 'string' ? textBounds : listBounds;
  return size(schema, value);
}

function numberBounds(schema: Record<string, unknown>, value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof minimum === 'number' && value < minimum) return `must be ${minimum} or more`;
  if (typeof maximum === 'number' && value > maximum) return `must be ${maximum} or less`;
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return `must be more than ${exclusiveMinimum}`;
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return `must be less than ${exclusiveMaximum}`;
  return undefined;
}

function textBounds(schema: Record<string, unknown>, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const { minLength, maxLength, pattern } = schema;
  if (typeof minLength === 'number' && value.length < minLength) return `must have ${minLength} characters or more`;
  if (typeof maxLength === 'number' && value.length > maxLength) return `must have ${maxLength} characters or fewer`;
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return `must match ${pattern}`;
  return undefined;
}

function listBounds(schema: Record<string, unknown>, value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const { minItems, maxItems } = schema;
  if (typeof minItems === 'number' && value.length < minItems) return `must have ${minItems} items or more`;
  if (typeof maxItems === 'number' && value.length > maxItems) return `must have ${maxItems} items or fewer`;
  return undefined;
}

/** Follows one local reference, as `#/$defs/name`. */
function dereferenced(root: unknown, schema: unknown): unknown {
  if (!isRecord(schema) || typeof schema['$ref'] !== 'string' || !schema['$ref'].startsWith('#')) return schema;
  const steps = schema['$ref']
    .slice(1)
    .split('/')
    .filter((step) => step !== '');
  return steps.reduce<unknown>((node, step) => (isRecord(node) ? node[step] : undefined), root);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
