import { isRecord } from '@seedcore/protocol';
import type { SchemaNode } from '@seedcore/testkit';
import fc from 'fast-check';

/** Texts that fit no pattern, for places where one is due. */
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const anyNumber = fc.oneof(fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true }), fc.constant(-0));
const anything = fc.jsonValue({ maxDepth: 3 });

/** Values along a JSON Schema: most of them fit, and every so often a branch does not. */
export function alongSchema(node: SchemaNode): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(node) }, { weight: 1, arbitrary: anything });
}

function fitting(node: SchemaNode): fc.Arbitrary<unknown> {
  if ('const' in node) return fc.constant(node['const']);
  if (Array.isArray(node['enum'])) return fc.constantFrom(...node['enum']);
  const choices = node['anyOf'] ?? node['oneOf'];
  if (Array.isArray(choices)) return fc.oneof(...choices.filter(isRecord).map(alongSchema));
  switch (node['type']) {
    case 'object':
      return objects(node);
    case 'array':
      return arrays(node);
    case 'string':
      return texts(node);
    case 'integer':
    case 'number':
      return numbers(node);
    case 'boolean':
      return fc.boolean();
    default:
      return anything;
  }
}

function objects(node: SchemaNode): fc.Arbitrary<unknown> {
  const properties = isRecord(node['properties']) ? node['properties'] : undefined;
  const rest = node['additionalProperties'];
  if (properties === undefined)
    return fc.dictionary(anyKey, isRecord(rest) ? alongSchema(rest) : anything, { maxKeys: 3 });
  const members = Object.entries(properties).map(
    ([key, inner]) => [key, isRecord(inner) ? alongSchema(inner) : anything] as const,
  );
  const required = Array.isArray(node['required']) ? node['required'].map(String) : [];
  return fc.record(Object.fromEntries(members), { requiredKeys: required.filter((key) => key in properties) });
}

const anyKey = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('__proto__', 'then', '', 'a.b'));

function arrays(node: SchemaNode): fc.Arbitrary<unknown> {
  const fixed = Array.isArray(node['prefixItems']) ? node['prefixItems'].filter(isRecord) : undefined;
  if (fixed !== undefined) return fc.tuple(...fixed.map(alongSchema));
  const items = isRecord(node['items']) ? alongSchema(node['items']) : anything;
  const least = numberOr(node['minItems'], 0);
  return fc.array(items, { minLength: Math.min(least, 10), maxLength: Math.max(4, Math.min(least, 10)) });
}

function texts(node: SchemaNode): fc.Arbitrary<unknown> {
  const own = fc.constant(typeof node['example'] === 'string' ? node['example'] : 'x');
  if (typeof node['pattern'] === 'string')
    return fc.oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: anyText });
  return fc.oneof(own, anyText);
}

function numbers(node: SchemaNode): fc.Arbitrary<unknown> {
  const least = numberOr(node['minimum'], -1_000);
  const most = Math.max(least, Math.min(numberOr(node['maximum'], 1_000), 1_000));
  return fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: Math.ceil(least), max: Math.ceil(most) }) },
    { weight: 1, arbitrary: anyNumber },
  );
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** One change to some bytes: a byte replaced, put in or taken out, the rest cut off, or a piece doubled. */
export type ByteChange = {
  readonly at: number;
  readonly how: 'replace' | 'insert' | 'remove' | 'cut' | 'double';
  readonly byte: number;
};

/** Up to three changes; most often none, so that good input is met as well. */
export const byteChanges: fc.Arbitrary<readonly ByteChange[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('replace', 'insert', 'remove', 'cut', 'double'),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x22, 0x5c, 0x5b, 0x7b, 0x2c, 0xc1, 0xdd, 0xdf, 0xff),
    ),
  }),
  { maxLength: 3 },
);

/** Bytes after the changes. */
export function changed(bytes: Uint8Array, changes: readonly ByteChange[]): Uint8Array {
  return changes.reduce<Uint8Array>((now, { at, how, byte }) => {
    const i = Math.min(now.length, Math.floor(at * (now.length + 1)));
    const [head, tail] = [now.slice(0, i), now.slice(i)];
    if (how === 'cut') return head;
    if (how === 'insert') return Buffer.concat([head, [byte], tail].map((part) => Uint8Array.from(part)));
    if (how === 'double') return Buffer.concat([head, tail.slice(0, 8), tail]);
    const rest = tail.slice(1);
    return how === 'remove' ? Buffer.concat([head, rest]) : Buffer.concat([head, Uint8Array.of(byte), rest]);
  }, bytes);
}
