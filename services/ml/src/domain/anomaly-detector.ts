import { type Forecaster, lastValue, movingMean, straightLine, trendLine } from './forecaster.ts';
import { judgeByNeighbours, reach } from './neighbourhood.ts';
import { median } from './quantile.ts';
import { seasonLength } from './season-length.ts';
import { seasonal } from './seasonal-forecaster.ts';
import { judgeByTheRest } from './short-series.ts';
import { type Rarity, tailOf } from './tail-threshold.ts';
import { bestOf, learn, pass, score, type Track, trackOf } from './track.ts';
import { isAnomalous, type Verdict, verdictOf } from './verdict.ts';

const warmUpShare = 0.15;
const warmUpLeast = 30;
const warmUpMost = 750;
const fewestJudged = 5;
/** Series with fewer known values are judged as a handful, without a sense of time and with no false-alarm rate. */
export const fewestOrdered = 20;
/** So many strange values in a row are no anomaly any more but the new level. */
const patience = 3;
const longestSeasonSample = 2048;
/** More often than this in the window of errors is a habit, not an anomaly. */
const habit = 8;

/** One value of a series; undefined is a missing one. */
export type Sample = number | undefined;

/**
 * Judges a series in time order: each value by what the ones before it let one expect.
 *
 * Invariants:
 * A1 a verdict after the warm-up depends on no later value, one in the warm-up on none more than 3 beyond it;
 * A2 an anomaly is not learned from, unless the series stays where it went;
 * A3 of several forecasters the one with the smallest recent error speaks.
 *
 * @returns one verdict per value, made as they are asked for; undefined where the value is missing or too few values
 *   are known to judge
 */
export function* judge(series: readonly Sample[], rarity: Rarity): Generator<Verdict | undefined, void> {
  const known = series.filter((value) => value !== undefined);
  if (known.length < fewestJudged) return yield* series.map(() => undefined);
  if (known.length < fewestOrdered) return yield* spreadOver(series, judgeByTheRest(known, rarity));
  const length = warmUpLength(series);
  const verdicts = judgeWarmUp(series.slice(0, length + reach), rarity).slice(0, length);
  yield* verdicts;
  const detector = new Detector(verdicts.map(learnable), rarity);
  for (const value of series.slice(length)) yield detector.judge(value);
}

function judgeWarmUp(series: readonly Sample[], rarity: Rarity): (Verdict | undefined)[] {
  const known = series.filter((value) => value !== undefined);
  return spreadOver(series, judgeByNeighbours(known, rarity));
}

class Detector {
  readonly #rarity: Rarity;
  readonly #past: Sample[];
  #tracks: Track[];
  #lookAgainAt: number;
  #magnitude: number;
  #held: { readonly at: number; readonly verdict: Verdict }[] = [];

  constructor(warmUp: Sample[], rarity: Rarity) {
    this.#rarity = rarity;
    this.#past = warmUp;
    this.#magnitude = warmUp.reduce<number>((largest, value) => Math.max(largest, Math.abs(value ?? 0)), 0);
    this.#tracks = plainForecasters().map((forecaster) => trackOf(forecaster, warmUp));
    this.#lookAgainAt = warmUp.length;
    this.#lookForSeason();
  }

  judge(value: Sample): Verdict | undefined {
    this.#lookForSeason();
    const verdict = value === undefined ? undefined : this.#verdict(value);
    if (value === undefined) this.#skip();
    else if (verdict && isAnomalous(verdict)) this.#hold(verdict);
    else this.#learn(value);
    return verdict;
  }

  #verdict(value: number): Verdict | undefined {
    const best = bestOf(this.#tracks);
    const expected = best?.forecaster.expect();
    if (!best || expected === undefined) return undefined;
    this.#magnitude = Math.max(this.#magnitude, Math.abs(value));
    const errors = best.errors.sorted();
    const tail = tailOf(errors, this.#rarity, this.#magnitude);
    const usual = (errors[errors.length - habit] ?? 0) / tail.sigma;
    const threshold = Math.max(tail.threshold, usual);
    return verdictOf(value, { expected, basis: best.forecaster.name }, { sigma: tail.sigma, threshold });
  }

  #learn(value: number): void {
    for (const track of this.#tracks) learn(track, value);
    this.#past.push(value);
    this.#held = [];
  }

  #hold(verdict: Verdict): void {
    for (const track of this.#tracks) score(track, verdict.value);
    this.#held.push({ at: this.#past.length, verdict });
    this.#skip();
    if (this.#held.length >= patience) this.#settle();
  }

  #skip(): void {
    for (const track of this.#tracks) pass(track);
    this.#past.push(undefined);
  }

  /** The series stays where it went: the forecasters follow, and what was held back becomes part of the past. */
  #settle(): void {
    const by = median(this.#held.map(({ verdict }) => verdict.value - verdict.expected));
    for (const track of this.#tracks) {
      track.forecaster.shift(by);
      track.gap = 0;
    }
    for (const { at, verdict } of this.#held) this.#past[at] = verdict.value;
    this.#held = [];
  }

  #lookForSeason(): void {
    if (this.#past.length < this.#lookAgainAt) return;
    this.#lookAgainAt *= 2;
    const recent = this.#past.slice(-longestSeasonSample);
    const period = seasonLength(filled(recent));
    if (period === undefined) return;
    const track = trackOf(seasonal(period), recent);
    this.#tracks = [...this.#tracks.filter(({ forecaster }) => forecaster.name !== track.forecaster.name), track];
  }
}

function plainForecasters(): Forecaster[] {
  return [movingMean(0.03), movingMean(0.3), lastValue(), trendLine(), straightLine()];
}

/** Length of the warm-up: 15 % of the series between 30 and 750, longer where values are missing from it. */
function warmUpLength(series: readonly Sample[]): number {
  const wanted = Math.min(Math.max(Math.floor(warmUpShare * series.length), warmUpLeast), warmUpMost);
  let known = 0;
  const end = series.findIndex((value) => {
    if (value !== undefined) known += 1;
    return known >= wanted;
  });
  return end < 0 ? series.length : end + 1;
}

/** Puts verdicts of the known values back to where the values stand. */
function spreadOver(series: readonly Sample[], verdicts: readonly Verdict[]): (Verdict | undefined)[] {
  let next = 0;
  return series.map((value) => {
    if (value === undefined) return undefined;
    next += 1;
    return verdicts[next - 1];
  });
}

/** What may be learned from: nothing strange. */
function learnable(verdict: Verdict | undefined): Sample {
  return verdict && !isAnomalous(verdict) ? verdict.value : undefined;
}

/** Missing values replaced by the one before, or 0 at the beginning. */
function filled(values: readonly Sample[]): number[] {
  let last = values.find((value) => value !== undefined) ?? 0;
  return values.map((value) => {
    last = value ?? last;
    return last;
  });
}
