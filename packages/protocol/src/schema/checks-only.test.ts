import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { CheckSampler } from './check-sampler.ts';
import { checksOnly } from './checks-only.ts';

const point = z.strictObject({ x: z.number(), y: z.number().min(0).optional() });

test.each([
  ['numbers and text with bounds', z.strictObject({ n: z.int().max(9), t: z.string().regex(/^a/) })],
  [
    'lists, maps, choices',
    z.strictObject({ l: z.array(point), m: z.record(z.string(), point), c: z.union([point, z.null()]) }),
  ],
  ['anything at all', z.unknown()],
  ['an own check', z.strictObject({ a: z.string() }).refine(({ a }) => a !== 'b')],
])('%s: looks and changes nothing', (_name, schema) => expect(checksOnly(schema)).toBe(true));

test.each([
  ['a default', z.strictObject({ n: z.number().default(1) })],
  ['a default in a list', z.array(z.strictObject({ n: z.number().default(1) }))],
  ['fields it leaves out', z.object({ n: z.number() })],
  ['text it trims', z.string().trim()],
  ['text it turns into numbers', z.coerce.number()],
  ['a transformation', z.string().transform((text) => text.length)],
  ['a value it makes up for a bad one', z.number().catch(0)],
])('%s: has to be asked', (_name, schema) => expect(checksOnly(schema)).toBe(false));

test('a value that fits such a schema comes back as it was', () => {
  const schema = z.strictObject({ points: z.array(point), name: z.string().max(4).nullable() });
  fc.assert(
    fc.property(
      fc.array(fc.record({ x: fc.integer(), y: fc.nat() }, { requiredKeys: ['x'] })),
      fc.option(fc.string({ maxLength: 4 })),
      (points, name) => {
        expect(schema.parse({ points, name })).toEqual({ points, name });
      },
    ),
  );
});

test('in production one value in a hundred is checked, the first one among them; else all', () => {
  const sampled = new CheckSampler(point, 'sampled');
  const checked = Array.from({ length: 300 }, () => sampled.next());
  expect(checked.flatMap((one, i) => (one ? [i] : []))).toEqual([0, 100, 200]);
  const always = new CheckSampler(point);
  expect(Array.from({ length: 5 }, () => always.next())).toEqual([true, true, true, true, true]);
  const changing = new CheckSampler(z.object({}), 'sampled');
  expect([changing.next(), changing.next()]).toEqual([true, true]);
});
