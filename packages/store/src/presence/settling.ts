import type { Clock, Timer } from '@seedcore/protocol';

/** A time in which something is not known, that begins anew with each fault and ends by itself. */
export class Settling {
  readonly #clock: Clock;
  readonly #lastsMs: number;
  readonly #onSettled: () => void;
  #timer: Timer | undefined;
  #pending: PromiseWithResolvers<void> | undefined = Promise.withResolvers();

  constructor(clock: Clock, lastsMs: number, onSettled: () => void) {
    this.#clock = clock;
    this.#lastsMs = lastsMs;
    this.#onSettled = onSettled;
  }

  get over(): boolean {
    return this.#pending === undefined;
  }

  get settled(): Promise<void> {
    return this.#pending?.promise ?? Promise.resolve();
  }

  /** A fault: what was waited for is waited for anew. */
  begin(): void {
    this.#pending ??= Promise.withResolvers();
    this.#timer?.cancel();
    this.#timer = this.#clock.after(this.#lastsMs, () => this.end());
  }

  /** All is known now. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return;
    this.#onSettled();
    pending.resolve();
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#timer?.cancel();
  }

  /** True while a fault's time runs. */
  get running(): boolean {
    return this.#timer !== undefined;
  }
}
