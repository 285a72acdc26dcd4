import { contracts } from '@seedcore/contracts/registry';
import { inputSchema } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { misfits } from './json-schema-check.ts';

const schema = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^[a-z]+$' },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    values: { type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'null' }] }, minItems: 1 },
    kind: { enum: ['a', 'b'] },
    inner: { $ref: '#/$defs/inner' },
  },
  required: ['id'],
  additionalProperties: false,
  $defs: { inner: { type: 'object', properties: { x: { type: 'boolean' } }, additionalProperties: false } },
};

test('what fits has no misfits', () => {
  const value = { id: 'a', count: 3, values: [1, null], kind: 'b', inner: { x: true } };
  expect(misfits(schema, value)).toEqual([]);
});

test.each([
  [{}, '/id', 'is missing'],
  [{ id: 'A' }, '/id', 'must match ^[a-z]+$'],
  [{ id: 'a', count: 0 }, '/count', 'must be 1 or more'],
  [{ id: 'a', count: 1.5 }, '/count', 'must be integer, is number'],
  [{ id: 'a', values: [] }, '/values', 'must have 1 items or more'],
  [{ id: 'a', values: [1, 'x'] }, '/values/1', 'must be number, is string'],
  [{ id: 'a', kind: 'c' }, '/kind', 'must be one of a, b'],
  [{ id: 'a', inner: { y: 1 } }, '/inner/y', 'is not known; did you mean "x"?'],
  [{ id: 'a', cuont: 1 }, '/cuont', 'is not known; did you mean "count"?'],
  [[], '', 'must be object, is array'],
])('%j', (value, at, why) => {
  expect(misfits(schema, value)).toContainEqual({ at, why });
});

test('a schema that refers to itself ends', () => {
  const loop = { properties: { next: { $ref: '#' } } };
  let value: unknown = {};
  for (let depth = 0; depth < 200; depth++) value = { next: value };
  expect(misfits(loop, value)).toEqual([]);
});

test('it knows every input a contract declares well enough to accept its own examples', () => {
  for (const contract of contracts.values()) {
    for (const endpoint of Object.values(contract.endpoints)) {
      const example = endpoint.input.meta()?.['example'];
      if (example !== undefined) expect(misfits(inputSchema(endpoint.input), example)).toEqual([]);
    }
  }
});
