import type { z } from 'zod';
import { isPlainObject } from '../codec/plain-value.ts';
import { isRecord } from '../json.ts';

/** True when a value certainly fits a schema, and would come back from it as it is; false says nothing. */
export type QuickCheck = (value: unknown) => boolean;

type Facts = Readonly<Record<string, unknown>>;

const known = new WeakMap<z.ZodType, { readonly check: QuickCheck | undefined }>();

/**
 * A check of what nearly all schemas are made of, put together once for each: strict objects, lists, choices, numbers and
 * texts with bounds. It only looks, where the library makes every object anew; what it does not pass the library looks
 * at, and says what is wrong. Undefined for a schema with anything else in it.
 */
export function quickCheck(schema: z.ZodType): QuickCheck | undefined {
  let found = known.get(schema);
  if (found === undefined) {
    found = { check: built(schema) };
    known.set(schema, found);
  }
  return found.check;
}

const always: QuickCheck = () => true;

const BUILDERS: Readonly<Record<string, (def: Facts) => QuickCheck | undefined>> = {
  any: () => always,
  unknown: () => always,
  null: () => (value) => value === null,
  boolean: () => (value) => typeof value === 'boolean',
  literal: ({ values }) => oneOf(listed(values)),
  enum: ({ entries }) => (isRecord(entries) ? oneOf(Object.values(entries)) : undefined),
  number: buildNumber,
  string: buildString,
  array: buildArray,
  object: buildObject,
  optional: ({ innerType }) => orElse(undefined, built(innerType)),
  nullable: ({ innerType }) => orElse(null, built(innerType)),
};

function built(schema: unknown): QuickCheck | undefined {
  const def = recordAt(schema, 'def');
  return def === undefined || def['coerce'] === true ? undefined : BUILDERS[String(def['type'])]?.(def);
}

/** Schemas and checks are instances of classes; what describes them is plain. */
function recordAt(thing: unknown, name: string): Facts | undefined {
  const found: unknown = typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;
  return typeof found === 'object' && found !== null ? { ...found } : undefined;
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function oneOf(values: readonly unknown[]): QuickCheck {
  const all = new Set(values);
  return (value) => all.has(value);
}

function orElse(other: null | undefined, inner: QuickCheck | undefined): QuickCheck | undefined {
  return inner && ((value) => value === other || inner(value));
}

/** All checks beside the type as one; undefined when one of them is unknown here. */
function bounds(def: Facts, of: (check: Facts) => QuickCheck | undefined): QuickCheck | undefined {
  const own = def['check'] === undefined ? [] : [def];
  const others = listed(def['checks']).map((check) => recordAt(recordAt(check, '_zod'), 'def'));
  const checks = [...own, ...others].map((check) => check && of(check));
  const certain = checks.filter((check) => check !== undefined);
  if (certain.length < checks.length) return undefined;
  const [first = always, second = always, ...more] = certain;
  return more.length > 0 ? undefined : (value) => first(value) && second(value);
}

function buildNumber(def: Facts): QuickCheck | undefined {
  const fits = bounds(def, numberBound);
  return fits && ((value) => typeof value === 'number' && Number.isFinite(value) && fits(value));
}

function numberBound({ check, format, value: bound, inclusive }: Facts): QuickCheck | undefined {
  if (check === 'number_format') return format === 'safeint' ? Number.isSafeInteger : undefined;
  if (typeof bound !== 'number' || inclusive !== true) return undefined;
  if (check === 'greater_than') return (value) => Number(value) >= bound;
  return check === 'less_than' ? (value) => Number(value) <= bound : undefined;
}

function buildString(def: Facts): QuickCheck | undefined {
  if (def['format'] !== undefined) return undefined;
  const fits = bounds(def, (check) => textPattern(check) ?? lengthBound(check));
  return fits && ((value) => typeof value === 'string' && fits(value));
}

/** A pattern that remembers where it was would say something else each time. */
function textPattern({ check, format, pattern }: Facts): QuickCheck | undefined {
  if (check !== 'string_format' || format !== 'regex' || !(pattern instanceof RegExp)) return undefined;
  return pattern.global || pattern.sticky ? undefined : (value) => pattern.test(String(value));
}

function lengthBound({ check, minimum, maximum }: Facts): QuickCheck | undefined {
  if (check === 'min_length' && typeof minimum === 'number') return (value) => lengthOf(value) >= minimum;
  if (check === 'max_length' && typeof maximum === 'number') return (value) => lengthOf(value) <= maximum;
  return undefined;
}

const lengthOf = (value: unknown): number => (typeof value === 'string' || Array.isArray(value) ? value.length : 0);

function buildArray(def: Facts): QuickCheck | undefined {
  const element = built(def['element']);
  const fits = bounds(def, lengthBound);
  return element && fits && ((value) => Array.isArray(value) && fits(value) && value.every(element));
}

/** `counts` is 1 for a member that must be there. */
type Member = { readonly fits: QuickCheck; readonly counts: number };

/** Only a strict object comes back as it is: others are left without what their schema does not know. */
function buildObject({ shape, catchall, checks }: Facts): QuickCheck | undefined {
  if (!isRecord(shape) || listed(checks).length > 0 || recordAt(catchall, 'def')?.['type'] !== 'never')
    return undefined;
  const members = new Map<string, Member>();
  let needed = 0;
  for (const [name, schema] of Object.entries(shape)) {
    const fits = built(schema);
    if (fits === undefined) return undefined;
    const counts = recordAt(schema, 'def')?.['type'] === 'optional' ? 0 : 1;
    needed += counts;
    members.set(name, { fits, counts });
  }
  return (value) =>
    typeof value === 'object' && value !== null && isPlainObject(value) && counted(value, members) === needed;
}

/** How many of the members that must be there are; -1 when one does not fit or is unknown. */
function counted(value: Facts, members: ReadonlyMap<string, Member>): number {
  let found = 0;
  for (const name in value) {
    const member = members.get(name);
    if (member === undefined || !member.fits(value[name])) return -1;
    found += member.counts;
  }
  return found;
}
