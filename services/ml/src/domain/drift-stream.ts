import { boundForArl, siegmundArl } from './arl.ts';
import { beginningOf, type Cusum, freshCusum, levelOf, observe, shiftOf } from './cusum.ts';
import { type DriftReference, referenceOf } from './drift-reference.ts';
import { type Observation, sizeOf } from './observation.ts';

/** What is known of one stream. */
export type DriftStream = {
  /** Time of the first observation, ms since 1970. */
  readonly since: number;
  readonly n: number;
  /** Numbers per observation; a text counts as the length of its vector. */
  readonly size: number;
  /** First observations, until there are enough of them. */
  readonly learning: readonly Observation[];
  readonly reference: DriftReference | undefined;
  /** One per channel, in the order of the reference. */
  readonly cusums: readonly Cusum[];
};

/** How far a stream has drifted. */
export type Drift = {
  /** 1 − p, see {@link scoreOf}. */
  readonly score: number;
  /** Largest CUSUM over the bound of the alarm. */
  readonly level: number;
  readonly alarm: boolean;
  /** Estimated beginning of the change in ms since 1970, with an alarm. */
  readonly changeAt: number | undefined;
  readonly topFeatures: readonly { readonly name: string; readonly z: number }[];
};

/** Observations a reference is made of. */
export const referenceLength = 50;
/** Observations between two false alarms of a stream, on average. */
export const arl0 = 10_000;

const k = 0.5;
const horizon = 100;
const ceilingOverBound = 1.25;
const topFeatures = 5;
const bounds = new Map<number, number>();

/** A stream before its first observation. */
export function freshStream(observation: Observation, now: number): DriftStream {
  return { since: now, n: 0, size: sizeOf(observation), learning: [], reference: undefined, cusums: [] };
}

/** Takes in one observation of the stream's size. */
export function advanceStream(stream: DriftStream, observation: Observation, now: number): DriftStream {
  const n = stream.n + 1;
  const { reference } = stream;
  if (!reference) return learn({ ...stream, n, learning: [...stream.learning, observation] });
  const design = { k, ceiling: ceilingOverBound * boundFor(stream.cusums.length) };
  const scores = reference.standardise(observation);
  const cusums = stream.cusums.map((cusum, i) => observe(cusum, { z: scores[i] ?? 0, at: now }, design));
  return { ...stream, n, cusums };
}

/** How far the stream has drifted; undefined while its reference is incomplete. */
export function driftOf({ reference, cusums }: DriftStream): Drift | undefined {
  if (!reference) return undefined;
  const worst = cusums.reduce((most, next) => (levelOf(next) > levelOf(most) ? next : most), freshCusum);
  const level = levelOf(worst) / boundFor(cusums.length);
  const alarm = level > 1;
  return {
    score: scoreOf(levelOf(worst), cusums.length),
    level,
    alarm,
    changeAt: alarm ? beginningOf(worst) : undefined,
    topFeatures: strongest(reference.names, cusums),
  };
}

/**
 * 1 − p, where p is the chance that one of `channels` CUSUMs of a calm stream gets to `level` within 100 observations:
 * the largest score of a calm stream in 100 observations is spread evenly over [0, 1].
 *
 * @param level of the largest CUSUM, in standard deviations
 * @source run lengths of a CUSUM are nearly exponential: Ewan & Kemp, Biometrika 47 (1960); Šidák (1967) for many
 */
export function scoreOf(level: number, channels: number): number {
  const twoSided = siegmundArl(level, k) / 2;
  return Math.exp((-horizon * channels) / twoSided);
}

function learn(stream: DriftStream): DriftStream {
  if (stream.learning.length < referenceLength) return stream;
  const reference = referenceOf(stream.learning);
  return { ...stream, learning: [], reference, cusums: reference.names.map(() => freshCusum) };
}

/** The alarm bound of each of so many CUSUMs that together alarm falsely once in `arl0` observations. */
function boundFor(channels: number): number {
  const known = bounds.get(channels);
  if (known !== undefined) return known;
  const bound = boundForArl(arl0 * channels, k);
  bounds.set(channels, bound);
  return bound;
}

function strongest(names: readonly string[], cusums: readonly Cusum[]): Drift['topFeatures'] {
  return cusums
    .map((cusum, i) => ({ name: names[i] ?? '', z: shiftOf(cusum, k), level: levelOf(cusum) }))
    .filter(({ level }) => level > 0)
    .sort((left, right) => right.level - left.level)
    .slice(0, topFeatures)
    .map(({ name, z }) => ({ name, z }));
}
