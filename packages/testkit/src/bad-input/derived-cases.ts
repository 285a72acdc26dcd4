import { type Codec, type Endpoint, inputSchema, isRecord, jsonCodec } from '@seedcore/protocol';
import type { Expected } from './bad-case.ts';
import { misfits, type SchemaNode } from './json-schema.ts';
import { BEYOND_NUMBERS, type Mutation, mutationsAt } from './mutations.ts';
import { type Place, placesOf } from './places.ts';
import { type Verdict, verdictOn } from './provoke.ts';

/** One derived input on the wire. */
export type DerivedCase = {
  readonly mutation: Mutation;
  readonly body: Uint8Array;
  readonly verdict: Verdict;
  /** The refusal it must get; undefined when the published schema takes it. */
  readonly expected: Expected | undefined;
};

/**
 * Every place of an endpoint's input × everything that can be done to it, in one codec. What must be refused is judged
 * by the published schema on its own; what that takes may still be refused by a rule no schema can say.
 */
export function derivedCases(endpoint: Endpoint, codec: Codec): readonly DerivedCase[] {
  const schema = inputSchema(endpoint.input);
  if (!isRecord(schema)) return [];
  return placesOf(schema).flatMap((place) =>
    mutationsAt(place).map((mutation) => derived({ endpoint, codec, schema, place, mutation })),
  );
}

type Derivation = {
  readonly endpoint: Endpoint;
  readonly codec: Codec;
  readonly schema: SchemaNode;
  readonly place: Place;
  readonly mutation: Mutation;
};

function derived({ endpoint, codec, schema, place, mutation }: Derivation): DerivedCase {
  const body = bodyOf(codec, mutation.input);
  const verdict = verdictOn(endpoint, codec, body);
  const wrong = verdict.decoded ? misfits(schema, verdict.value).length > 0 : true;
  const field = body.length > endpoint.maxBytes ? '' : fieldOf(place, mutation, verdict);
  return { mutation, body, verdict, expected: wrong ? { code: 'bad_request', field } : undefined };
}

/** Within a union no alternative fits, and a refusal names the union; a decoder knows of no union. */
function fieldOf({ union }: Place, { field }: Mutation, { decoded }: Verdict): string {
  return decoded && union !== undefined ? union : field;
}

/** What JSON has no word for is written as `1e999`, in MessagePack as Infinity. */
function bodyOf(codec: Codec, input: unknown): Uint8Array {
  if (codec !== jsonCodec) return codec.encode(beyond(input));
  return Buffer.from(JSON.stringify(input).replaceAll(JSON.stringify(BEYOND_NUMBERS), '1e999'));
}

function beyond(value: unknown): unknown {
  if (value === BEYOND_NUMBERS) return Number.POSITIVE_INFINITY;
  if (Array.isArray(value)) return value.map(beyond);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, beyond(inner)]));
}
