import type { RoleShares } from '@seedcore/contracts';

/** How far from 1 the shares of the three roles may sum. */
const TOLERANCE = 1e-6;

/** What is wrong with role shares as a sentence; undefined when they are non-negative and sum to 1. */
export function rolesProblem({ e, s, o }: RoleShares): string | undefined {
  if (![e, s, o].every(Number.isFinite)) return 'every share must be a finite number';
  if ([e, s, o].some((share) => share < 0)) return 'no share may be negative';
  const sum = e + s + o;
  return Math.abs(sum - 1) <= TOLERANCE ? undefined : `the shares sum to ${sum}, not to 1`;
}

/** The nearest sense of a role row: negatives count as 0, then all are divided by their sum; nothing left is a third each. */
export function normaliseRoles({ e, s, o }: RoleShares): RoleShares {
  const [explore, specialise, observe] = [Math.max(0, e), Math.max(0, s), Math.max(0, o)];
  const sum = explore + specialise + observe;
  if (sum === 0) return { e: 1 / 3, s: 1 / 3, o: 1 / 3 };
  return { e: explore / sum, s: specialise / sum, o: observe / sum };
}
