/** The newest drift score of each stream and when it came, in ms since 1970. */
export type DriftFold = ReadonlyMap<string, { readonly score: number; readonly at: number }>;

const lifetimeMs = 15 * 60_000;
const mostStreams = 1000;

/** Takes in a score; the stream heard of longest ago leaves when there are more than 1,000. */
export function withScore(fold: DriftFold, stream: string, scored: { score: number; at: number }): DriftFold {
  const next = new Map(fold);
  next.delete(stream);
  next.set(stream, scored);
  const [oldest] = next.keys();
  if (next.size > mostStreams && oldest !== undefined) next.delete(oldest);
  return next;
}

/** Mean of the newest scores of the last 15 minutes; undefined when there is none. */
export function meanDrift(fold: DriftFold, now: number): number | undefined {
  const scores = [...fold.values()].filter(({ at }) => now - at <= lifetimeMs).map(({ score }) => score);
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
