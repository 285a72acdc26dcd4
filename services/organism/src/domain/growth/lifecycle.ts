/** What an agent has become; archived is not among these, because it is nothing one grows into. */
export type Grown = 'employed' | 'scout' | 'specialist';

/** What an agent is judged by: capability, attempts behind it, and the share of its most frequent type of task. */
export type Record100 = { readonly c: number; readonly n: number; readonly share: number };

/** Where one rises and falls back; the gap keeps an agent at the border from going to and fro. */
const SCOUT = { above: 0.65, attempts: 10, below: 0.55 } as const;
const SPECIALIST = { above: 0.8, attempts: 50, share: 0.6, below: 0.7 } as const;

/** One step at most: employed → scout → specialist, and back when capability falls. */
export function lifecycleAfter(now: Grown, { c, n, share }: Record100): Grown {
  if (now === 'specialist') return c < SPECIALIST.below ? 'scout' : now;
  if (now === 'scout') {
    if (c < SCOUT.below) return 'employed';
    return c > SPECIALIST.above && n >= SPECIALIST.attempts && share >= SPECIALIST.share ? 'specialist' : now;
  }
  return c > SCOUT.above && n >= SCOUT.attempts ? 'scout' : now;
}

/** What a record says an agent is; anything else counts as employed. */
export const grownOf = (lifecycle: string | null): Grown =>
  lifecycle === 'scout' || lifecycle === 'specialist' ? lifecycle : 'employed';
