import type { Clock } from '@seedcore/protocol';

const WINDOW_MS = 1_000;

/** Lets a few lines of each kind through per second, so that a flood of bad requests is not a flood of lines. */
export class LineLimiter {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #windows = new Map<string, { since: number; lines: number }>();

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** How many lines of `kind` were held back since the last one that passed; undefined: hold this one back too. */
  pass(kind: string): number | undefined {
    const now = this.#clock.now();
    const window = this.#windows.get(kind);
    if (window === undefined || now - window.since >= WINDOW_MS) {
      this.#windows.set(kind, { since: now, lines: 1 });
      return Math.max(0, (window?.lines ?? 0) - this.#perSecond);
    }
    window.lines += 1;
    return window.lines <= this.#perSecond ? 0 : undefined;
  }
}
