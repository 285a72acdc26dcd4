import { halfCommits } from './store-commits.ts';
import type { StoreHistory } from './store-history.ts';
import { strayKeys } from './store-keys.ts';
import { notOnce } from './store-once.ts';
import { unseenRevisions } from './store-revisions.ts';
import { wrongSums } from './store-sum.ts';
import { unsettledWatches } from './store-watch.ts';
import { wrongWinners } from './store-winners.ts';

/** Everything that is wrong in a history of records, whatever faults it went through; empty when all invariants held. */
export function checkStore({ operations, log, sightings }: StoreHistory): readonly string[] {
  return [
    ...unseenRevisions(log),
    ...wrongWinners(operations, log),
    ...halfCommits(operations, log),
    ...notOnce(operations, log),
    ...wrongSums(log),
    ...unsettledWatches(log, sightings),
    ...strayKeys(log),
  ];
}
