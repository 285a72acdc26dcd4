import { contracts } from '@seedcore/contracts/registry';
import { inputSchema } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { misfits } from './json-schema-check.ts';
import { schemaExample } from './schema-example.ts';

test('an example of its own wins, else required fields only', () => {
  expect(schemaExample({ type: 'object', example: { a: 1 } })).toEqual({ a: 1 });
  const properties = { a: { type: 'integer', minimum: 3 }, b: { type: 'string' }, c: { type: 'array', minItems: 2 } };
  expect(schemaExample({ type: 'object', properties, required: ['a', 'c'] })).toEqual({ a: 3, c: [{}, {}] });
});

test('a schema that refers to itself ends', () => {
  const loop = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
  expect(JSON.stringify(schemaExample(loop)).length).toBeLessThan(200);
});

test('the example of every endpoint fits its own schema', () => {
  for (const contract of contracts.values()) {
    for (const [name, endpoint] of Object.entries(contract.endpoints)) {
      const schema = inputSchema(endpoint.input);
      expect(misfits(schema, schemaExample(schema)), `${contract.name}.${name}`).toEqual([]);
    }
  }
});
