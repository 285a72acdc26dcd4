import { expect, test } from 'vitest';
import { fieldRows, typeOf } from './info.ts';

test.each([
  [{ type: 'string' }, 'string'],
  [{ enum: ['a', 'b'] }, 'a | b'],
  [{ const: 2 }, '2'],
  [{ type: 'array', items: { anyOf: [{ type: 'number' }, { type: 'null' }] } }, '(number | null)[]'],
  [{ type: ['number', 'null'] }, 'number | null'],
  [{ type: 'array', items: { type: 'string' } }, 'string[]'],
  [{}, 'any'],
  [undefined, 'any'],
])('%j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test('fields that may be left out have a question mark, and their default is named', () => {
  const schema = {
    properties: { id: { type: 'string' }, limit: { type: 'integer', description: 'how many', default: 50 } },
    required: ['id'],
  };
  expect(fieldRows(schema)).toEqual([
    ['id', 'string', ''],
    ['limit?', 'integer', 'how many; default 50'],
  ]);
});
