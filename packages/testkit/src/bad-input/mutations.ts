import { exampleOfSchema, isRecord } from '@seedcore/protocol';
import { boundOf, choicesOf, propertiesOf, requiredOf, type SchemaNode } from './json-schema.ts';
import type { Place } from './places.ts';

/** An input derived from a contract, and the place a refusal of it must name. */
export type Mutation = {
  readonly name: string;
  readonly input: unknown;
  readonly field: string;
  /** The name its author meant, where one letter is wrong. */
  readonly meant?: string;
};

/** A number JSON has no word for: stands in a value where `1e999` is to stand in the text. */
export const BEYOND_NUMBERS = '@1e999@';

/** Everything that can be done to one place: most of it wrong, some of it the last that is right. */
export function mutationsAt(place: Place): readonly Mutation[] {
  const { field, node, put } = place;
  const named = (all: Values): readonly Mutation[] =>
    Object.entries(all).map(([name, value]) => ({ name: `${field || '/'}: ${name}`, input: put(value), field }));
  return [
    ...named({ ...ANY_TYPE, ...ofItself(node) }),
    ...named({ ...numbers(node), ...texts(node), ...arrays(node), ...words(node) }),
    ...missing(place),
    ...misspelt(place),
  ];
}

type Values = Readonly<Record<string, unknown>>;

const ANY_TYPE: Values = {
  null: null,
  'a boolean': true,
  'a number': 7,
  'a text': 'x',
  'an array': [],
  'an object': {},
  'bytes as a map': { 0: 1, length: 1 },
};

/** Of the wrong nesting, and as text. */
function ofItself(node: SchemaNode): Values {
  const value = exampleOfSchema(node);
  return { 'an array of itself': [value], 'itself as text': JSON.stringify(value) ?? 'null' };
}

function numbers(node: SchemaNode): Values {
  if (node['type'] !== 'number' && node['type'] !== 'integer') return {};
  return {
    'a number as text': '5',
    'minus zero': -0,
    '2^53': 2 ** 53,
    '-(2^53)': -(2 ** 53),
    'a fraction': 0.5,
    'the least denormal': 5e-324,
    'beyond all numbers': BEYOND_NUMBERS,
    ...around('its least', boundOf(node, 'minimum') ?? boundOf(node, 'exclusiveMinimum')),
    ...around('its most', boundOf(node, 'maximum') ?? boundOf(node, 'exclusiveMaximum')),
  };
}

function around(name: string, bound: number | undefined): Values {
  return bound === undefined
    ? {}
    : { [name]: bound, [`one below ${name}`]: bound - 1, [`one above ${name}`]: bound + 1 };
}

function texts(node: SchemaNode): Values {
  if (node['type'] !== 'string') return {};
  const value = String(exampleOfSchema(node));
  return {
    'an empty text': '',
    'with a line feed behind': `${value}\n`,
    'with a space before': ` ${value}`,
    'with a NUL': `${value}\u0000`,
    'a twin of full width': twin(value),
    'half a surrogate pair': `${value}\ud800`,
    ...ofLength(boundOf(node, 'minLength'), boundOf(node, 'maxLength')),
  };
}

/** The first letter in its full-width form: it looks nearly the same, and compatibility normalisation makes it the same. */
const twin = (value: string): string => String.fromCodePoint((value.codePointAt(0) ?? 0x41) + 0xfee0) + value.slice(1);

function ofLength(least: number | undefined, most: number | undefined): Values {
  return {
    ...(least === undefined || least === 0 ? {} : { 'one character less': 'x'.repeat(least - 1) }),
    ...(most === undefined
      ? {}
      : { 'its most characters': 'x'.repeat(most), 'one character more': 'x'.repeat(most + 1) }),
  };
}

function arrays(node: SchemaNode): Values {
  if (node['type'] !== 'array') return {};
  const [least, most] = [boundOf(node, 'minItems'), boundOf(node, 'maxItems')];
  const of = (length: number) => Array.from({ length }, () => exampleOfSchema(node['items']));
  return {
    'an element of the wrong kind': [BEYOND_NUMBERS],
    ...(least === undefined ? {} : { 'its least elements': of(least), 'one element less': of(Math.max(0, least - 1)) }),
    ...(most === undefined ? {} : { 'its most elements': of(most), 'one element more': of(most + 1) }),
  };
}

function words(node: SchemaNode): Values {
  const word: unknown = Array.isArray(node['enum']) ? node['enum'][0] : undefined;
  return typeof word === 'string' ? { 'in capitals': word.toUpperCase(), 'with a space behind': `${word} ` } : {};
}

function missing({ field, omit }: Place): readonly Mutation[] {
  return omit === undefined ? [] : [{ name: `${field}: left out`, input: omit(), field }];
}

/** A neighbour of each member with its last letter doubled: likely what somebody types. */
function misspelt({ field, node, put }: Place): readonly Mutation[] {
  if (choicesOf(node) !== undefined || node['additionalProperties'] !== false) return [];
  const example = exampleOfSchema(node);
  const whole = isRecord(example) ? example : {};
  return Object.keys(propertiesOf(node)).map((meant) => {
    const typed = `${meant}${meant.at(-1)}`;
    return {
      name: `${field || '/'}: ${typed} for ${meant}`,
      input: put({ ...whole, [typed]: requiredOf(node).includes(meant) ? whole[meant] : 1 }),
      field: `${field}/${typed}`,
      meant,
    };
  });
}
