import type { Clock, Timer } from '@seedcore/protocol';

/** The clock of a process that can be stopped, as SIGSTOP does: time goes on, and nothing of the process happens. */
export class HeldClock implements Clock {
  readonly #clock: Clock;
  readonly #due = new Set<() => void>();
  #held = false;
  #asleepFrom: number | undefined;
  #sleptMs = 0;
  #jumpedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return (this.#asleepFrom ?? this.#clock.now()) - this.#sleptMs;
  }

  wallMs(): number {
    return this.#clock.wallMs() + this.#jumpedMs;
  }

  after(ms: number, fire: () => void): Timer {
    const timer = this.#clock.after(ms, () => {
      if (this.#held) this.#due.add(fire);
      else fire();
    });
    return {
      cancel: () => {
        timer.cancel();
        this.#due.delete(fire);
      },
    };
  }

  /** Stops the process. */
  hold(): void {
    this.#held = true;
  }

  /** Stops the machine under it: its monotonic time stands still. */
  suspend(): void {
    this.#asleepFrom ??= this.#clock.now();
    this.hold();
  }

  /** Somebody corrects the time of day. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  /** Lets it go on: what fell due meanwhile happens now, in its order. */
  release(): void {
    if (this.#asleepFrom !== undefined) this.#sleptMs += this.#clock.now() - this.#asleepFrom;
    this.#asleepFrom = undefined;
    this.#held = false;
    for (const fire of [...this.#due]) if (this.#due.delete(fire)) fire();
  }
}
