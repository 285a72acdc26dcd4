import { Window } from './window.ts';

const CALLS = 0;
const RETRIES = 1;

/** Limits what is sent to one target beside first attempts: `floor` plus a share of its calls in ten seconds; waiting ones count. */
export class RetryBudget {
  readonly #window = new Window(2);
  readonly #floor: number;
  readonly #share: number;
  #waiting = 0;

  constructor({ floor = 3, share = 0.2 }: { readonly floor?: number; readonly share?: number } = {}) {
    this.#floor = floor;
    this.#share = share;
  }

  /** A call makes its first attempt. */
  call(now: number): void {
    this.#window.add(CALLS, now);
  }

  /** True when one more retry may wait. */
  allows(now: number): boolean {
    return this.used(now) < this.allowed(now);
  }

  /** Takes a unit for a retry that starts waiting; false when none is left (S9). */
  take(now: number): boolean {
    if (!this.allows(now)) return false;
    this.#waiting += 1;
    return true;
  }

  /** Takes a unit for a hedge, which is sent at once; false when none is left. */
  hedge(now: number): boolean {
    if (!this.allows(now)) return false;
    this.#window.add(RETRIES, now);
    return true;
  }

  /** A waiting retry is sent. */
  send(now: number): void {
    if (this.#waiting === 0) return;
    this.#waiting -= 1;
    this.#window.add(RETRIES, now);
  }

  /** A waiting retry is abandoned and gives its unit back (S10). */
  drop(): void {
    if (this.#waiting > 0) this.#waiting -= 1;
  }

  /** Retries and hedges sent in the window plus retries waiting. */
  used(now: number): number {
    return this.#window.sum(RETRIES, now) + this.#waiting;
  }

  /** The limit at `now`; retries are granted while fewer are used. */
  allowed(now: number): number {
    return this.#floor + this.#share * this.#window.sum(CALLS, now);
  }
}
