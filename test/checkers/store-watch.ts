import type { Sighting, Write } from './store-history.ts';

/**
 * store.S7 and store.S11: what a watch tells of a key never goes back and never was anything else than what is stored; in
 * the end, with the faults over, it shows what the leader has.
 */
export function unsettledWatches(log: readonly Write[], sightings: readonly Sighting[]): readonly string[] {
  const byProcess = Map.groupBy(sightings, ({ process }) => process);
  return [...byProcess].flatMap(([process, seen]) => wrongIn(process, log, seen));
}

function wrongIn(process: string, log: readonly Write[], seen: readonly Sighting[]): readonly string[] {
  const values = new Set(log.filter(({ kind }) => kind === 'value').map(({ key, rev }) => `${key} ${rev}`));
  const last = new Map<string, Sighting>();
  const wrong: string[] = [];
  for (const one of seen) {
    const before = last.get(one.key);
    // What went while the link was down is told under the last revision that was known.
    if (before !== undefined && (one.gone ? one.rev < before.rev : one.rev <= before.rev))
      wrong.push(`store.S11: ${process} saw ${one.key} go back from ${before.rev} to ${one.rev}`);
    if (!one.gone && !values.has(`${one.key} ${one.rev}`))
      wrong.push(`store.S11: ${process} saw ${one.key} ${one.rev}, which was never stored`);
    last.set(one.key, one);
  }
  return [...wrong, ...behindIn(process, log, last)];
}

function behindIn(process: string, log: readonly Write[], last: ReadonlyMap<string, Sighting>): readonly string[] {
  const now = new Map(log.map((write) => [write.key, write]));
  return [...now.values()].flatMap(({ key, rev, kind }) => {
    const seen = last.get(key);
    const converged = kind === 'value' ? seen?.rev === rev && !seen.gone : (seen?.gone ?? true);
    return converged ? [] : [`store.S7: ${process} shows ${key} at ${seen?.rev ?? 0}, it is at ${rev}`];
  });
}
