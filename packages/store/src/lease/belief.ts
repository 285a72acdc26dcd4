import type { Clock } from '@seedcore/protocol';

/**
 * How long a holder may believe in its lease: from the sending of the last good renewal, less a margin, by whichever of
 * the two clocks is further on. A suspended machine stops the monotonic one, a corrected clock moves the other.
 */
export class Belief {
  readonly #clock: Clock;
  readonly #lastsMs: number;
  #monotonic = 0;
  #wall = 0;

  constructor(clock: Clock, ttlMs: number) {
    this.#clock = clock;
    this.#lastsMs = ttlMs - Math.max(500, ttlMs / 10);
    this.renew(this.mark());
  }

  /** The moment before a renewal is sent. */
  mark(): Mark {
    return { monotonic: this.#clock.now(), wall: this.#clock.wallMs() };
  }

  /** The renewal sent at `mark` was good. */
  renew(mark: Mark): void {
    this.#monotonic = mark.monotonic;
    this.#wall = mark.wall;
  }

  /** Milliseconds left, never negative. */
  leftMs(): number {
    const elapsed = Math.max(this.#clock.now() - this.#monotonic, this.#clock.wallMs() - this.#wall);
    return Math.max(0, this.#lastsMs - elapsed);
  }
}

/** A moment on both clocks. */
export type Mark = { readonly monotonic: number; readonly wall: number };
