import type { RoleShares } from '@seedcore/contracts';

/** How far one success moves an agent towards the role of what it did, and the least share of any role. */
const STEP = 0.02;
const FLOOR = 0.02;

/** The role a skill asks for: to explore, to specialise, or to observe. */
export type Role = 'E' | 'S' | 'O';

/**
 * Role shares after a success: p ← p + 0.02 (e − p), e the role of the skill; no share falls below 0.02.
 *
 * @param p non-negative, summing to 1
 * @returns shares that sum to 1
 */
export function rolesAfter(p: RoleShares, role: Role): RoleShares {
  const moved = { e: towards(p.e, role === 'E'), s: towards(p.s, role === 'S'), o: towards(p.o, role === 'O') };
  const shares = [moved.e, moved.s, moved.o].map((share) => Math.max(FLOOR, share));
  // What the floor gives to some is taken from what the others have above it.
  const excess = shares.reduce((sum, share) => sum + share, 0) - 1;
  const above = shares.reduce((sum, share) => sum + share - FLOOR, 0);
  const [e = FLOOR, s = FLOOR, o = FLOOR] = shares.map((share) => share - (excess * (share - FLOOR)) / above);
  return { e, s, o };
}

const towards = (share: number, chosen: boolean): number => share + STEP * ((chosen ? 1 : 0) - share);
