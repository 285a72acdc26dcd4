/** When a breaker opens, for how long, and how it lets go again. Durations in ms. */
export type BreakerPolicy = {
  /** Hard outcomes in a row that open it. */
  readonly run: number;
  /** Settled attempts in ten seconds before a rate is judged; infinite: rates are not judged. */
  readonly minSettled: number;
  readonly failedShare: number;
  readonly slowShare: number;
  readonly openMs: number;
  readonly openCapMs: number;
  /** Live probes while half-open, and answers that close it. */
  readonly probes: number;
  /** Closed for so long, the next opening is a first one again. */
  readonly forgiveMs: number;
};

/** The documented defaults. */
export const defaultBreaker: BreakerPolicy = {
  run: 5,
  minSettled: 10,
  failedShare: 0.5,
  slowShare: 0.8,
  openMs: 5_000,
  openCapMs: 60_000,
  probes: 3,
  forgiveMs: 60_000,
};

/** For providers of language models, which recover in minutes. */
export const modelBreaker: BreakerPolicy = { ...defaultBreaker, run: 3, openMs: 60_000, openCapMs: 300_000 };

/** The documented profile `seed`: a run of five, no rates, half a minute each time, one probe. */
export const seedBreaker: BreakerPolicy = {
  ...defaultBreaker,
  minSettled: Number.POSITIVE_INFINITY,
  openMs: 30_000,
  openCapMs: 30_000,
  probes: 1,
};

const SUSPECT_RUN = 2;
const SUSPECT_MIN_SETTLED = 4;

/** The policy while a quorum of callers suspects the target: less has to happen, nothing else changes (S30). */
export function suspecting(policy: BreakerPolicy): BreakerPolicy {
  const { run, minSettled } = policy;
  const rated = Number.isFinite(minSettled);
  return {
    ...policy,
    run: Math.min(run, SUSPECT_RUN),
    minSettled: rated ? Math.min(minSettled, SUSPECT_MIN_SETTLED) : minSettled,
  };
}
