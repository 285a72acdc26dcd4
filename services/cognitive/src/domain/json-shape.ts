import { isRecord } from '@seedcore/protocol';

/** Deepest level that is looked at. */
const MOST_DEPTH = 16;
/** Most problems listed of one value. */
const MOST_PROBLEMS = 5;

/** A parameter that is filled from the output of an earlier step when the plan runs. */
export type Reference = { readonly $from: string; readonly path: string };

/** Tells a reference from a plain value. */
export const isReference = (value: unknown): value is Reference =>
  isRecord(value) && typeof value['$from'] === 'string' && typeof value['path'] === 'string';

/**
 * What is wrong with `value` by the structural keywords of a JSON Schema: type, enum, const, properties, required,
 * additionalProperties: false, items, minItems, maxItems, minLength, maxLength, minimum, maximum, anyOf, oneOf.
 * References pass; other keywords are not looked at (`pattern` of a stranger could take for ever).
 */
export function shapeProblems(schema: unknown, value: unknown, path = ''): string[] {
  return problems(schema, value, { path, depth: 0 }).slice(0, MOST_PROBLEMS);
}

type Place = { readonly path: string; readonly depth: number };
const inside = ({ path, depth }: Place, key: string | number): Place => ({
  path: path === '' ? String(key) : `${path}.${key}`,
  depth: depth + 1,
});

function problems(schema: unknown, value: unknown, place: Place): string[] {
  if (!isRecord(schema) || isReference(value) || place.depth > MOST_DEPTH) return [];
  const own = typeProblem(schema, value) ?? limitProblem(schema, value) ?? choiceProblem(schema, value, place);
  if (own !== undefined) return [`${place.path} ${own}`.trim()];
  if (Array.isArray(value)) return value.flatMap((item, i) => problems(schema['items'], item, inside(place, i)));
  return isRecord(value) ? memberProblems(schema, value, place) : [];
}

function typeProblem(schema: Record<string, unknown>, value: unknown): string | undefined {
  const wanted = [schema['type']].flat().filter((type) => typeof type === 'string');
  if (wanted.length > 0 && !wanted.some((type) => hasType(type, value))) return `must be ${wanted.join(' or ')}`;
  const { enum: options } = schema;
  if (Array.isArray(options) && !options.includes(value)) return `must be one of ${JSON.stringify(options)}`;
  return 'const' in schema && schema['const'] !== value ? `must be ${JSON.stringify(schema['const'])}` : undefined;
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function limitProblem(schema: Record<string, unknown>, value: unknown): string | undefined {
  const size =
    typeof value === 'number' ? value : typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  if (size === undefined) return undefined;
  const kind =
    typeof value === 'number'
      ? ['minimum', 'maximum']
      : typeof value === 'string'
        ? ['minLength', 'maxLength']
        : ['minItems', 'maxItems'];
  const [least, most] = kind.map((key) => schema[key]);
  const what = typeof value === 'number' ? '' : Array.isArray(value) ? ' items' : ' characters';
  if (typeof least === 'number' && size < least) return `must be at least ${least}${what}`;
  return typeof most === 'number' && size > most ? `must be at most ${most}${what}` : undefined;
}

function choiceProblem(schema: Record<string, unknown>, value: unknown, place: Place): string | undefined {
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  const fits = choices.some((choice) => problems(choice, value, { ...place, depth: place.depth + 1 }).length === 0);
  return fits ? undefined : 'fits none of its alternatives';
}

function memberProblems(schema: Record<string, unknown>, value: Record<string, unknown>, place: Place): string[] {
  const properties = propertiesOf(schema);
  const missing = requiredOf(schema).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${inside(place, name).path} is required`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      if (Object.hasOwn(properties, name)) return problems(properties[name], inner, inside(place, name));
      return schema['additionalProperties'] === false ? [`${inside(place, name).path} is not a parameter`] : [];
    }),
  ];
}

/** Schemas of the members of an object schema. */
export function propertiesOf(schema: Record<string, unknown>): Record<string, unknown> {
  return isRecord(schema['properties']) ? schema['properties'] : {};
}

/** Names an object schema requires. */
export function requiredOf(schema: Record<string, unknown>): string[] {
  return Array.isArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : [];
}
