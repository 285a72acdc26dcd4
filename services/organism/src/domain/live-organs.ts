import type { RoutingState } from '@seedcore/contracts';

/** What is known of which organs live: as it is on record, as it looks from here, and what looked lost a look ago. */
export type LiveView = {
  readonly recorded: readonly string[];
  readonly seen: readonly string[];
  readonly lostBefore: readonly string[];
  /** False shortly after a start or a reconnect, when nobody's silence means anything yet. */
  readonly settled: boolean;
};

/** What the record should say, and what is to be looked at once more before it counts as lost. */
export type LiveStep = { readonly live: readonly string[]; readonly lost: readonly string[] };

/**
 * Which organs the record should name: whoever came is there at once, whoever went only when missing at two looks in a
 * row by somebody who has listened long enough. So replicas that hear differently for a moment do not write in turn.
 *
 * @returns both in order
 */
export function stepLive({ recorded, seen, lostBefore, settled }: LiveView): LiveStep {
  const lost = recorded.filter((organ) => !seen.includes(organ)).sort();
  const spared = lost.filter((organ) => !settled || !lostBefore.includes(organ));
  return { live: [...new Set([...seen, ...spared])].sort(), lost };
}

/** True when neither rules nor living organs differ. */
export const sameState = (a: RoutingState, b: RoutingState): boolean =>
  a.rules_revision === b.rules_revision &&
  a.live.length === b.live.length &&
  a.live.every((one, i) => one === b.live[i]);
