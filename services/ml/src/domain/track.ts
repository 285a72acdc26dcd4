import type { Forecaster } from './forecaster.ts';
import { SortedWindow } from './sorted-window.ts';

const window = 500;
const errorWeight = 1 / 200;
const longestError = 20;
/** After more missing values in a row, what a forecaster knew is stale. */
const longestGap = 3;

/** A forecaster on trial: what it expects, and how wrong it has been lately. */
export type Track = {
  readonly forecaster: Forecaster;
  /** Its last 500 absolute errors, in units of the data. */
  readonly errors: SortedWindow;
  /** Its mean absolute error, recent ones counting more; undefined before the first. */
  meanError: number | undefined;
  /** Values in a row it could not learn from. */
  gap: number;
};

/** Puts a forecaster on trial over values of the past, in time order; undefined is one not to be learned from. */
export function trackOf(forecaster: Forecaster, past: Iterable<number | undefined>): Track {
  const track: Track = { forecaster, errors: new SortedWindow(window), meanError: undefined, gap: 0 };
  for (const value of past) {
    if (value === undefined) pass(track);
    else learn(track, value);
  }
  return track;
}

/** Scores the forecaster on the value that came; a single error counts for at most 20 mean ones. */
export function score(track: Track, value: number): void {
  const expected = track.forecaster.expect();
  if (expected === undefined) return;
  const error = Math.abs(value - expected);
  track.errors.add(error);
  const mean = track.meanError ?? error;
  const bounded = mean > 0 ? Math.min(error, longestError * mean) : error;
  track.meanError = mean + Math.max(errorWeight, 1 / track.errors.size) * (bounded - mean);
}

/** Scores the forecaster on the value that came and lets it learn from it. */
export function learn(track: Track, value: number): void {
  score(track, value);
  track.forecaster.observe(value);
  track.gap = 0;
}

/** Lets time pass without learning anything. */
export function pass(track: Track): void {
  track.gap += 1;
  track.forecaster.skip();
  if (track.gap > longestGap) track.forecaster.forget();
}

/** Of the tracks that expect anything, the one with the smallest mean error; ties go to the earlier one. */
export function bestOf(tracks: readonly Track[]): Track | undefined {
  return tracks
    .filter(({ forecaster }) => forecaster.expect() !== undefined)
    .reduce<Track | undefined>((best, next) => (errorOf(next) < errorOf(best) ? next : best), undefined);
}

function errorOf(track: Track | undefined): number {
  return track?.meanError ?? Number.POSITIVE_INFINITY;
}
