/** Each step of the scale is so much longer than the one before. */
const STEP = 1.1;
/** Last step of the scale: more than a day. */
const LAST = 200;

/** Counts of durations by step; step i holds what took more than 1.1^(i−1) ms and at most 1.1^i ms, step 0 up to 1 ms. */
export type Durations = Readonly<Record<string, number>>;

/** Step of a duration in ms. */
export const stepOf = (ms: number): number =>
  ms <= 1 ? 0 : Math.min(LAST, Math.ceil(Math.log(ms) / Math.log(STEP) - 1e-9));

/** Durations counted by step. */
export function countDurations(all: readonly number[]): Durations {
  const counts = new Map<number, number>();
  for (const ms of all) counts.set(stepOf(ms), (counts.get(stepOf(ms)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** What several replicas counted, together. */
export function mergeDurations(all: readonly Durations[]): Durations {
  const merged = new Map<string, number>();
  for (const one of all) for (const [step, n] of Object.entries(one)) merged.set(step, (merged.get(step) ?? 0) + n);
  return Object.fromEntries(merged);
}

/**
 * The nearest-rank quantile, as the upper end of its step: exact or up to 10 % too high.
 *
 * @param q in (0, 1]
 * @returns ms, rounded to three digits; undefined when nothing was counted
 */
export function quantileOf(durations: Durations, q: number): number | undefined {
  const steps = Object.entries(durations)
    .map(([step, n]) => ({ step: Number(step), n }))
    .sort((a, b) => a.step - b.step);
  const total = steps.reduce((sum, { n }) => sum + n, 0);
  let seen = 0;
  for (const { step, n } of steps) {
    seen += n;
    if (seen >= Math.ceil(q * total)) return Number((STEP ** step).toPrecision(3));
  }
  return undefined;
}
