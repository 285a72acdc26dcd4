import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normaliseRoles, rolesProblem } from './roles.ts';

test('shares must be non-negative, finite and sum to 1', () => {
  expect(rolesProblem({ e: 0.2, s: 0.3, o: 0.5 })).toBeUndefined();
  expect(rolesProblem({ e: 0.2, s: 0.3, o: 0.500002 })).toMatch(/sum to/);
  expect(rolesProblem({ e: -0.1, s: 0.6, o: 0.5 })).toMatch(/negative/);
  expect(rolesProblem({ e: Number.NaN, s: 0.5, o: 0.5 })).toMatch(/finite/);
});

test('golden vectors of normalising', () => {
  expect(normaliseRoles({ e: 2, s: 1, o: 1 })).toEqual({ e: 0.5, s: 0.25, o: 0.25 });
  expect(normaliseRoles({ e: -1, s: 1, o: 0 })).toEqual({ e: 0, s: 1, o: 0 });
  expect(normaliseRoles({ e: 0, s: 0, o: 0 })).toEqual({ e: 1 / 3, s: 1 / 3, o: 1 / 3 });
});

test('whatever is normalised is valid', () => {
  const share = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.record({ e: share, s: share, o: share }), (row) => rolesProblem(normaliseRoles(row)) === undefined),
  );
});
