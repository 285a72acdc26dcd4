/** Something to choose, and how relevant it is. */
export type Choice = { readonly id: string; readonly relevance: number };

/** How a choice is made: `lambda` 1 looks at relevance only, 0 at being unlike what is chosen already. */
export type Diversity<T> = {
  readonly most: number;
  readonly lambda: number;
  readonly similarity: (a: T, b: T) => number;
};

/**
 * Maximal marginal relevance: again and again the one with the largest λ · relevance − (1 − λ) · similarity to the most
 * similar of those chosen, ties by id. Takes most · choices.length similarities.
 *
 * @source Carbonell & Goldstein, "The Use of MMR, Diversity-Based Reranking" (1998), eq. 1
 */
export function diversify<T extends Choice>(choices: readonly T[], { most, lambda, similarity }: Diversity<T>): T[] {
  const open = new Map(choices.map((choice) => [choice, 0]));
  const chosen: T[] = [];
  while (chosen.length < most && open.size > 0) {
    const next = bestOf(open, lambda);
    if (next === undefined) break;
    open.delete(next);
    for (const [other, nearest] of open) {
      const near = similarity(other, next);
      open.set(other, chosen.length === 0 ? near : Math.max(nearest, near));
    }
    chosen.push(next);
  }
  return chosen;
}

function bestOf<T extends Choice>(open: ReadonlyMap<T, number>, lambda: number): T | undefined {
  let best: { choice: T; worth: number } | undefined;
  for (const [choice, nearest] of open) {
    const worth = lambda * choice.relevance - (1 - lambda) * nearest;
    const isBetter = best === undefined || worth > best.worth || (worth === best.worth && choice.id < best.choice.id);
    if (isBetter) best = { choice, worth };
  }
  return best?.choice;
}
