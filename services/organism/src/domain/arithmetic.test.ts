import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from './arithmetic.ts';

test.each([
  ['1+2*3', 7],
  ['(1+2)*3', 9],
  ['2^3^2', 512],
  ['-2^2', -4],
  ['2^-1', 0.5],
  ['--3', 3],
  ['10/4', 2.5],
  ['0.1+0.2', 0.3],
  ['8-3-2', 3],
  ['7', 7],
])('%s is %d', (text, value) => expect(evaluate(text)).toBe(value));

test.each([
  '',
  '1+',
  '(1',
  '1)',
  '1 2',
  '1/0',
  '0/0',
  '2^64',
  '9^9^9',
  '+1',
  'a',
  '1..2',
  '-8^0.5*1/0',
  '('.repeat(40),
])('%s has no value', (text) => expect(evaluate(text)).toBeUndefined());

test('sums, products and brackets of integers are those of the language', () => {
  const number = fc.integer({ min: 0, max: 99 }).map(String);
  const { sum } = fc.letrec<{ sum: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 3 },
      number,
      tie('sum').map((inner) => `(${inner})`),
    ),
    sum: fc
      .array(fc.tuple(tie('atom'), fc.constantFrom('+', '-', '*')), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([atom, sign], i) => (i === 0 ? atom : `${sign}${atom}`)).join('')),
  }));
  fc.assert(
    fc.property(sum, (text) => {
      // The text is made of digits, signs and brackets only.
      const known: number = new Function(`return ${text.replace(/\b0+(?=\d)/g, '')}`)();
      const told = evaluate(text);
      expect(told).toBe(Math.abs(known) <= Number.MAX_SAFE_INTEGER ? known : undefined);
    }),
    { numRuns: 1000 },
  );
});
