/**
 * The arithmetic of a rate limit as one number: the time, in µs since 1970, at which everything booked so far will have
 * been due. Each token moves it on by its cost; a burst is how far it may be ahead of now; what nobody used is lost.
 *
 * @source ITU-T I.371, annex A, the virtual scheduling form of the generic cell rate algorithm
 */
export type Pace = {
  /** Time one token takes, in whole µs, at least 1. */
  readonly costUs: number;
  /** Tokens that may be taken at once. */
  readonly burst: number;
};

const MICRO = 1_000_000;

/** The pace of `perSecond` tokens; rounded so that it is never faster. */
export const paceOf = (perSecond: number, burst: number): Pace => ({ costUs: Math.ceil(MICRO / perSecond), burst });

/** Time by which what is booked lags behind, because nobody took a token; it has to be booked too, or it could be spent later. */
export const idleUs = (bookedUs: number, nowUs: number): number => Math.max(0, nowUs - bookedUs);

/** Tokens that are left when everything up to `bookedUs` is booked. */
export function tokensLeft({ costUs, burst }: Pace, bookedUs: number, nowUs: number): number {
  const aheadUs = Math.max(bookedUs, nowUs) - nowUs;
  return Math.max(0, Math.floor((burst * costUs - aheadUs) / costUs));
}

/** Time in µs until `n` tokens are left, at most `burst` of them; 0 when they are. */
export function untilLeftUs({ costUs, burst }: Pace, bookedUs: number, at: { nowUs: number; n: number }): number {
  const aheadUs = Math.max(bookedUs, at.nowUs) - at.nowUs;
  return Math.max(0, aheadUs + at.n * costUs - burst * costUs);
}

/** Tokens booked beyond what may be: some processes booked at the same moment. */
export function overbooked({ costUs, burst }: Pace, bookedUs: number, nowUs: number): number {
  return Math.max(0, Math.ceil((bookedUs - nowUs) / costUs) - burst);
}
