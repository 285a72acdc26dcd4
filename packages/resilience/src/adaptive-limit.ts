import { SampleWindow } from './sample-window.ts';

/** A limit that finds itself, or a fixed one, such as five per device. */
export type LimitPolicy = { readonly initial: number; readonly most: number } | { readonly fixed: number };

/** The documented defaults; `most` is the ceiling of a process. */
export const defaultLimit: LimitPolicy = { initial: 20, most: 200 };

const LEAST = 1;
const TOLERANCE = 1.5;
const SMOOTHING = 0.2;
const LEAST_GRADIENT = 0.5;
const MOST_QUEUE = 4;
const WARM_UP_WINDOWS = 10;
/** Weight of a window in an exponential mean over 600 of them. */
const LONG_WEIGHT = 2 / 601;
const DRIFT = 2;
const DRIFT_DECAY = 0.95;

/**
 * How many calls an endpoint runs at once: grows while its work takes as long as ever, shrinks when it takes longer.
 * It measures what passes anyway, needs no probe phase and so never refuses anybody for measuring.
 * A handler stopped by its deadline is a sample, a cancelled one is not.
 * @source Gradient2 of Netflix concurrency-limits
 */
export class AdaptiveLimit {
  readonly #policy: LimitPolicy;
  readonly #window = new SampleWindow();
  #exact: number;
  #longMs = 0;
  #windows = 0;
  #mostInFlight = 0;

  constructor(policy: LimitPolicy = defaultLimit) {
    this.#policy = policy;
    this.#exact = 'fixed' in policy ? policy.fixed : policy.initial;
  }

  /** Slots at present: the limit in whole numbers, at least 1. */
  get slots(): number {
    return Math.max(LEAST, Math.floor(this.#exact));
  }

  /** The limit as it is computed with. */
  get exact(): number {
    return this.#exact;
  }

  /** The long-term mean of the windows, in ms; 0 before the first. */
  get longMs(): number {
    return this.#longMs;
  }

  /** So many were in flight; for ends that are no sample. */
  seen(inFlight: number): void {
    if (inFlight > this.#mostInFlight) this.#mostInFlight = inFlight;
  }

  /** One handler ran for `ms`, while so many, itself included, were in flight; true when {@link slots} changed. */
  sample(ms: number, inFlight: number, now: number): boolean {
    if ('fixed' in this.#policy) return false;
    this.seen(inFlight);
    const p90Ms = this.#window.add(ms, now);
    if (p90Ms === undefined) return false;
    const before = this.slots;
    this.#exact = this.#after(p90Ms, this.#policy.most);
    this.#mostInFlight = 0;
    return this.slots !== before;
  }

  #after(p90Ms: number, most: number): number {
    const longMs = this.#remember(p90Ms);
    const limit = this.#exact;
    if (this.#mostInFlight < limit / 2) return limit;
    const gradient = clamp((TOLERANCE * longMs) / p90Ms, LEAST_GRADIENT, 1);
    const queue = clamp(Math.floor(limit / 4), 1, MOST_QUEUE);
    return clamp((1 - SMOOTHING) * limit + SMOOTHING * (limit * gradient + queue), LEAST, most);
  }

  /** The long-term mean that judges this window; one far above what is measured now decays faster afterwards. */
  #remember(p90Ms: number): number {
    this.#windows += 1;
    const weight = this.#windows <= WARM_UP_WINDOWS ? 1 / this.#windows : LONG_WEIGHT;
    const longMs = this.#longMs + (p90Ms - this.#longMs) * weight;
    this.#longMs = longMs / p90Ms > DRIFT ? longMs * DRIFT_DECAY : longMs;
    return longMs;
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
