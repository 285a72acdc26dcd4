import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeVector, encodeVector, meanVector, vectorProblem } from './agent-vector.ts';

const one = encodeVector([1, 0]);
const two = encodeVector([0, 1]);

test('a vector survives its encoding', () => {
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 64, noNaN: true }), (values) => {
      expect([...(decodeVector(encodeVector(values)) ?? [])]).toEqual([...values]);
    }),
  );
});

test('its bytes are little-endian 32-bit floats', () => {
  expect(one).toEqual({ dim: 2, f32: 'AACAPwAAAAA=' });
});

test('golden vector: h (1,0) with weight 1 and (0,1) with weight 0.5 × 2 have the mean (0.5, 0.5)', () => {
  const mean = meanVector([
    { vector: one, weight: 1 },
    { vector: two, weight: 0.5 * (1 + 1) },
  ]);
  expect(mean).toEqual(encodeVector([0.5, 0.5]));
});

test('without any weight all weigh alike; without any vector there is no mean', () => {
  expect(meanVector([one, two].map((vector) => ({ vector, weight: 0 })))).toEqual(encodeVector([0.5, 0.5]));
  expect(meanVector([])).toBeUndefined();
});

test('a vector must have the right length and bytes, finite numbers and a norm of at most 10', () => {
  expect(vectorProblem(one, 2)).toBeUndefined();
  expect(vectorProblem(one, 3)).toMatch(/2 numbers/);
  expect(vectorProblem({ ...one, dim: 3 }, 3)).toMatch(/bytes/);
  expect(vectorProblem(encodeVector([Number.NaN, 0]), 2)).toMatch(/finite/);
  expect(vectorProblem(encodeVector([10.1, 0]), 2)).toMatch(/norm/);
});
