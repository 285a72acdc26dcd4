/** How many of those addressed have to answer. */
export type Quorum = number | 'majority' | 'all';

/** Answers a quorum of `addressed` needs; at least one, because nobody's silence is no agreement. */
export function answersNeeded(quorum: Quorum, addressed: number): number {
  if (quorum === 'majority') return Math.floor(addressed / 2) + 1;
  if (quorum === 'all') return Math.max(1, addressed);
  if (Number.isInteger(quorum) && quorum >= 1) return quorum;
  throw new RangeError(`quorum ${quorum} is not a whole number from 1, "majority" or "all"`);
}

/** Where gathering stands: it holds, it cannot hold any more, or that is open. */
export function quorumState(needed: number, seen: { readonly answered: number; readonly waiting: number }) {
  if (seen.answered >= needed) return 'met';
  return seen.answered + seen.waiting < needed ? 'lost' : 'open';
}
