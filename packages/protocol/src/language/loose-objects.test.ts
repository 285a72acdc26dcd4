import { expect, test } from 'vitest';
import { z } from 'zod';
import { looseObjects } from './loose-objects.ts';

type Tree = { readonly name: string; readonly below: readonly Tree[] };
const tree: z.ZodType<Tree> = z.strictObject({ name: z.string(), below: z.lazy(() => z.array(tree)) });
const loose = z.object({ n: z.number() });

test.each<[string, z.ZodType, string[]]>([
  ['a strict object', z.strictObject({ a: z.string() }), []],
  ['an object that leaves out what it does not know', loose, ['/']],
  ['one that passes on what it does not know', z.looseObject({}), ['/']],
  ['one that takes further numbers', z.object({}).catchall(z.number()), ['/']],
  ['one in a field', z.strictObject({ a: z.strictObject({ b: loose }) }), ['/a/b']],
  ['one that need not be there', z.strictObject({ a: loose.optional(), b: loose.nullable() }), ['/a', '/b']],
  ['one with a default', z.strictObject({ a: loose.default({ n: 1 }), b: loose.prefault({ n: 1 }) }), ['/a', '/b']],
  ['one in a list', z.strictObject({ a: z.array(loose) }), ['/a']],
  ['one in a tuple, and in its rest', z.tuple([z.string(), loose], loose), ['/1', '/']],
  ['one of several', z.union([z.string(), loose]), ['/']],
  ['one by its tag', z.discriminatedUnion('k', [z.object({ k: z.literal(1) })]), ['/']],
  ['one in a record', z.record(z.string(), z.strictObject({ a: loose })), ['/a']],
  ['one half of two', z.intersection(z.strictObject({}), loose), ['/']],
  ['one before a transformation', loose.transform(({ n }) => n), ['/']],
  ['one after a transformation', z.preprocess((value) => value, loose), ['/']],
  [
    'one that is only the outcome',
    z
      .string()
      .transform(() => ({ n: 1 }))
      .pipe(loose),
    [],
  ],
  ['a schema that holds itself', tree, []],
  ['a free value', z.strictObject({ a: z.unknown(), b: z.record(z.string(), z.json()) }), []],
])('%s', (_, schema, paths) => {
  expect(looseObjects(schema)).toEqual(paths);
});
