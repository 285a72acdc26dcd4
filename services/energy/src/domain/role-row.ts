import type { RoleRow } from './organism-state.ts';

const smallestShare = 1e-8;
const sumTolerance = 1e-6;

/** The row with every share at least 1e-8 and the sum 1. */
export function simplexRow(row: RoleRow): RoleRow {
  const [e, s, o] = row.map((share) => Math.max(smallestShare, share));
  const [x, y, z] = [e ?? smallestShare, s ?? smallestShare, o ?? smallestShare];
  const sum = x + y + z;
  return [x / sum, y / sum, z / sum];
}

/** Whether the shares are in [0, 1] and sum to 1 within 1e-6. */
export function isOnSimplex(row: RoleRow): boolean {
  const sum = row.reduce((total, share) => total + share, 0);
  return row.every((share) => share >= 0) && Math.abs(sum - 1) <= sumTolerance;
}

/**
 * Entropy of role shares in nats, in [0, ln 3].
 *
 * @source Shannon, "A Mathematical Theory of Communication" (1948), §6; natural logarithms
 */
export function roleEntropy(row: RoleRow): number {
  return -simplexRow(row).reduce((sum, share) => sum + share * Math.log(share), 0);
}
