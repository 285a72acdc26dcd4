import type { Belief } from './store-history.ts';

/** store.S3 and store.S12: of one name no two holders believe at the same time. */
export function sharedBeliefs(beliefs: readonly Belief[]): readonly string[] {
  return inOrderByName(beliefs).flatMap((ordered) => {
    const wrong: string[] = [];
    let last: Belief | undefined;
    for (const one of ordered) {
      if (last !== undefined && one.from < last.to && one.epoch !== last.epoch)
        wrong.push(`store.S3: ${one.holder} (${one.epoch}) and ${last.holder} (${last.epoch}) believed at ${one.from}`);
      if (last === undefined || one.to > last.to) last = one;
    }
    return wrong;
  });
}

/** store.S4: of one name every holder has a larger epoch than those before it, and no two have the same. */
export function shrinkingEpochs(beliefs: readonly Belief[]): readonly string[] {
  return inOrderByName(beliefs).flatMap((ordered) =>
    ordered.flatMap((one, i) => {
      const before = ordered[i - 1];
      if (before === undefined || one.epoch > before.epoch) return [];
      if (one.epoch === before.epoch && one.holder === before.holder) return [];
      return [`store.S4: ${one.holder} has epoch ${one.epoch} after ${before.holder} with ${before.epoch}`];
    }),
  );
}

/** store.S12, that something happens: from `from` on nobody holds the lease for longer than `longestMs` at a time. */
export function vacancies(
  beliefs: readonly Belief[],
  { from, until, longestMs }: { readonly from: number; readonly until: number; readonly longestMs: number },
): readonly string[] {
  const held = [...beliefs, { from: until, to: until }].filter(({ to }) => to >= from).sort((a, b) => a.from - b.from);
  const wrong: string[] = [];
  let since = from;
  for (const one of held) {
    if (one.from - since > longestMs) wrong.push(`store.S12: nobody held it from ${since} to ${one.from}`);
    since = Math.max(since, one.to);
  }
  return wrong;
}

const inOrderByName = (beliefs: readonly Belief[]): readonly (readonly Belief[])[] =>
  [...Map.groupBy(beliefs, ({ name }) => name).values()].map((all) => [...all].sort((a, b) => a.from - b.from));
