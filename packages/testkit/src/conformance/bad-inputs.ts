import { type Endpoint, exampleOf, inputSchema, isRecord } from '@seedcore/protocol';

/** An input an endpoint must refuse, and the field its refusal must name. */
export type BadInput = {
  readonly name: string;
  readonly value: unknown;
  /** JSON Pointer; the refusal may point further in. */
  readonly field: string;
};

/** A field no contract has. */
const UNKNOWN = 'field_nobody_knows';

/** Inputs that break an endpoint's schema in every way that can be read off it. */
export function badInputs(endpoint: Endpoint): readonly BadInput[] {
  const schema = inputSchema(endpoint.input);
  const example = exampleOf(endpoint.input);
  if (!isRecord(schema) || schema['type'] !== 'object' || !isRecord(example)) return [];
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  return [
    { name: 'null', value: null, field: '' },
    { name: 'a number', value: 7, field: '' },
    { name: 'an array', value: [], field: '' },
    { name: 'a text', value: 'x', field: '' },
    { name: 'an unknown field', value: { ...example, [UNKNOWN]: 1 }, field: `/${UNKNOWN}` },
    ...required.map((name) => ({ name: `without ${name}`, value: without(example, name), field: `/${name}` })),
    ...Object.entries(properties).flatMap(([name, property]) => wrongType(example, name, property)),
  ];
}

function without(example: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(example).filter(([key]) => key !== name));
}

/** Only where the schema names one type: a union may well take what we would send. */
function wrongType(example: Record<string, unknown>, name: string, property: unknown): readonly BadInput[] {
  const type = isRecord(property) ? property['type'] : undefined;
  if (typeof type !== 'string') return [];
  const value = type === 'object' || type === 'array' ? 'x' : { not: 'this' };
  return [{ name: `${name} of the wrong type`, value: { ...example, [name]: value }, field: `/${name}` }];
}
