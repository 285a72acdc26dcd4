import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { quickCheck } from './quick-check.ts';

const observation = z.strictObject({
  id: z.string().min(1).max(6),
  kind: z.enum(['reading', 'alarm']),
  at_ms: z.int().nonnegative(),
  score: z.number().min(-1).max(1),
  active: z.boolean(),
  tags: z.array(z.string().regex(/^[a-z]*$/)).max(2),
  note: z.string().nullable().optional(),
  version: z.literal([1, 2]),
  extra: z.unknown(),
});

const around = {
  id: fc.oneof(fc.string({ maxLength: 8 }), fc.integer()),
  kind: fc.constantFrom('reading', 'alarm', 'other'),
  at_ms: fc.oneof(fc.integer({ min: -2, max: 11 }), fc.double()),
  score: fc.oneof(fc.double({ min: -2, max: 2 }), fc.constant(Number.NaN), fc.constant(Number.POSITIVE_INFINITY)),
  active: fc.oneof(fc.boolean(), fc.constant(null)),
  tags: fc.oneof(fc.array(fc.constantFrom('a', 'b', 'C'), { maxLength: 3 }), fc.constant('a')),
  note: fc.constantFrom(null, undefined, 'x', 7),
  version: fc.constantFrom(1, 2, 3, '1'),
  extra: fc.jsonValue(),
};

const good = {
  id: fc.string({ minLength: 1, maxLength: 6 }),
  kind: fc.constantFrom('reading', 'alarm'),
  at_ms: fc.nat(),
  score: fc.double({ min: -1, max: 1, noNaN: true }),
  active: fc.boolean(),
  tags: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
  note: fc.constantFrom(null, 'x'),
  version: fc.constantFrom(1, 2),
  extra: fc.jsonValue(),
};

describe('a quick check', () => {
  const fits = quickCheck(observation) ?? expect.unreachable('there is one');

  test('passes only what the schema passes and gives back as it is, whatever the value', () => {
    const anything = fc.oneof(fc.record(around, { requiredKeys: [] }), fc.jsonValue(), fc.anything());
    fc.assert(
      fc.property(anything, (value) => {
        if (fits(value)) expect(observation.safeParse(value)).toEqual({ success: true, data: value });
      }),
      { numRuns: 5_000 },
    );
  });

  test('passes good values, with and without what may be missing, and nothing one step from them', () => {
    const { note: _note, ...needed } = good;
    const names = Object.keys(needed) as (keyof typeof needed)[];
    fc.assert(
      fc.property(fc.record(good, { requiredKeys: names }), fc.constantFrom(...names), (value, name) => {
        const { [name]: _left, ...without } = value;
        const steps = [value, without, { ...value, unknown: 1 }, { ...value, [name]: Symbol() }];
        expect(steps.map(fits)).toEqual([true, false, false, name === 'extra']);
      }),
    );
  });
});

test.each([
  ['an object that leaves out what it does not know', z.object({ a: z.string() })],
  ['a default', z.strictObject({ a: z.number().default(1) })],
  ['a format', z.strictObject({ a: z.email() })],
  ['an own check', z.strictObject({ a: z.string() }).refine(() => true)],
  ['a text that is trimmed', z.string().trim()],
  ['a coerced number', z.coerce.number()],
  ['a union', z.union([z.string(), z.number()])],
  ['a pattern that remembers', z.string().regex(/a/g)],
  ['a multiple', z.number().multipleOf(3)],
  ['a bound that is left out', z.number().gt(3)],
  ['three bounds', z.string().min(1).max(2).regex(/a/)],
])('%s has none', (_name, schema) => expect(quickCheck(schema)).toBeUndefined());
