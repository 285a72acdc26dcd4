import type { Clock, Timer } from '@seedcore/protocol';

/** Does something again and again: the next round begins `everyMs` after the last one began, never before it ended. */
export class Rounds {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #round: () => Promise<void>;
  readonly #failed: (cause: unknown) => void;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(clock: Clock, everyMs: number, turns: { round: () => Promise<void>; failed: (cause: unknown) => void }) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#round = turns.round;
    this.#failed = turns.failed;
  }

  /** Begins the first round now. */
  start(): void {
    this.#running = this.#turn();
  }

  /** No round begins any more; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  async #turn(): Promise<void> {
    const startedAt = this.#clock.now();
    await this.#round().catch(this.#failed);
    if (this.#stopped) return;
    const pause = Math.max(0, this.#everyMs - (this.#clock.now() - startedAt));
    this.#timer = this.#clock.after(pause, () => this.start());
  }
}
