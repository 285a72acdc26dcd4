import { expect, test } from 'vitest';
import { z } from 'zod';
import { badInput, contractHash, endpoint, exampleOf, id, service, validate } from '../index.ts';

const input = z.strictObject({
  organ_id: id,
  limit: z.number().int().min(1).default(10),
  nested: z.strictObject({ x: z.number() }).optional(),
});

test('a misspelt field is named, with the one that was meant', () => {
  const checked = validate(input, { organ_name: 'a', organ_id: 'b' });
  expect(checked).toEqual({
    ok: false,
    problems: [{ field: '/organ_name', message: 'unknown field; did you mean "organ_id"?' }],
  });
});

test('a misspelt field comes before the missing one it was meant for', () => {
  const checked = validate(input, { organ_name: 'a' });
  expect(checked.ok ? [] : checked.problems.map(({ field }) => field)).toEqual(['/organ_name', '/organ_id']);
});

test('a wrong value is named by JSON Pointer in message and details', () => {
  const checked = validate(input, { organ_id: 'b', nested: { x: 'y' } });
  const error = badInput('organism.list', checked.ok ? [] : checked.problems);
  expect(error).toMatchObject({ code: 'bad_request', status: 400, details: { field: '/nested/x' } });
  expect(error.message).toMatch(/^\/nested\/x: /);
});

test('defaults are filled in', () =>
  expect(validate(input, { organ_id: 'b' })).toEqual({ ok: true, value: { organ_id: 'b', limit: 10 } }));

test('the example of a schema validates', () => {
  expect(exampleOf(input)).toEqual({ organ_id: 'my-id' });
  const series = z.strictObject({
    values: z.array(z.number()).min(3),
    mode: z.enum(['a', 'b']),
    u: z.union([z.string(), z.number()]),
  });
  expect(series.safeParse(exampleOf(series)).success).toBe(true);
});

test('the contract hash follows the schema, not the order in which it was written', () => {
  const make = (shape: z.ZodRawShape) =>
    service('s', {
      doc: '',
      version: '1.0.0',
      endpoints: { e: endpoint({ doc: '', input: z.strictObject(shape), output: z.object({}) }) },
    });
  const a = contractHash(make({ x: z.string(), y: z.number() }));
  expect(a).toMatch(/^[0-9a-f]{16}$/);
  expect(contractHash(make({ x: z.string(), y: z.string() }))).not.toBe(a);
});
