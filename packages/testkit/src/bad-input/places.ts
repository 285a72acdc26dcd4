import { exampleOfSchema, isRecord, pointerTo } from '@seedcore/protocol';
import { boundOf, choicesOf, innerOf, propertiesOf, type SchemaNode } from './json-schema.ts';

/** One place in an input a contract takes. */
export type Place = {
  /** JSON Pointer. */
  readonly field: string;
  readonly node: SchemaNode;
  /** The innermost union around it, or itself: a refusal may name that instead, since no alternative fits. */
  readonly union: string | undefined;
  /** An input that is minimal but for this place, which holds `value`. */
  readonly put: (value: unknown) => unknown;
  /** An input without this place; undefined where it is not a member of an object. */
  readonly omit: (() => unknown) | undefined;
};

/** Deeper than that contracts do not nest. */
const MAX_DEPTH = 10;

/** Every place of a schema, the whole first. */
export function placesOf(schema: SchemaNode): readonly Place[] {
  const whole: Place = { field: '', node: schema, union: undefined, put: (value) => value, omit: undefined };
  return [whole, ...within(whole, 0)];
}

function within(place: Place, depth: number): readonly Place[] {
  if (depth > MAX_DEPTH) return [];
  const inner = [...choices(place), ...members(place), ...elements(place), ...values(place)];
  return inner.flatMap((one) =>
    one.field === place.field ? within(one, depth + 1) : [one, ...within(one, depth + 1)],
  );
}

function choices(place: Place): readonly Place[] {
  return (choicesOf(place.node) ?? []).map((node) => ({ ...place, node, union: place.union ?? place.field }));
}

function members({ node, field, put, union }: Place): readonly Place[] {
  const rest = () => {
    const example = exampleOfSchema(node);
    return isRecord(example) ? example : {};
  };
  return Object.entries(propertiesOf(node)).flatMap(([key, inner]) =>
    isRecord(inner)
      ? [
          {
            field: pointerTo(field, key),
            node: inner,
            union,
            put: (value: unknown) => put({ ...rest(), [key]: value }),
            omit: () => put(Object.fromEntries(Object.entries(rest()).filter(([name]) => name !== key))),
          },
        ]
      : [],
  );
}

function elements({ node, field, put, union }: Place): readonly Place[] {
  const items = innerOf(node, 'items');
  if (items === undefined || node['type'] !== 'array') return [];
  const others = Math.max(0, (boundOf(node, 'minItems') ?? 1) - 1);
  const place = (value: unknown) => put([value, ...Array.from({ length: others }, () => exampleOfSchema(items))]);
  return [{ field: pointerTo(field, 0), node: items, union, put: place, omit: undefined }];
}

function values({ node, field, put, union }: Place): readonly Place[] {
  const inner = innerOf(node, 'additionalProperties');
  if (inner === undefined) return [];
  const key = keyOf(innerNames(node));
  return [{ field: pointerTo(field, key), node: inner, union, put: (value) => put({ [key]: value }), omit: undefined }];
}

const innerNames = (node: SchemaNode): SchemaNode => (isRecord(node['propertyNames']) ? node['propertyNames'] : {});

/** A key that the names of a map take. */
function keyOf(names: SchemaNode): string {
  const example = Array.isArray(names['enum']) ? names['enum'][0] : exampleOfSchema(names);
  return typeof example === 'string' ? example : 'key';
}
