import { type Clock, delay } from '@seedcore/protocol';
import type { Isolate } from '../isolate/isolate.ts';

/**
 * Whether the threads of one agent still turn. An agent without a thread needs none to be well: one is started with its
 * next work.
 */
export class Pulse {
  readonly #clock: Clock;
  readonly #isolates: readonly Pick<Isolate, 'ping'>[];
  #open = 0;
  #askedAt = 0;

  constructor(clock: Clock, isolates: readonly Pick<Isolate, 'ping'>[]) {
    this.#clock = clock;
    this.#isolates = isolates;
  }

  /** For how long a thread has owed an answer, in ms; 0 when none does. */
  get silentMs(): number {
    return this.#open === 0 ? 0 : this.#clock.now() - this.#askedAt;
  }

  /** True when every thread has answered since the last beat; then they are asked again. */
  beat(): boolean {
    if (this.#open > 0) return false;
    void this.#ask();
    return true;
  }

  /** Asks every thread now; false when one of them has not answered `ms` later. */
  async probe(ms: number): Promise<boolean> {
    const over = new AbortController();
    const late = delay(this.#clock, ms, over.signal).then(
      () => false,
      () => false,
    );
    try {
      return await Promise.race([this.#ask().then(() => true), late]);
    } finally {
      over.abort();
    }
  }

  async #ask(): Promise<void> {
    await Promise.all(this.#isolates.map((isolate) => this.#one(isolate)));
  }

  async #one(isolate: Pick<Isolate, 'ping'>): Promise<void> {
    const answer = isolate.ping();
    if (answer === undefined) return;
    if (this.#open === 0) this.#askedAt = this.#clock.now();
    this.#open++;
    await answer;
    this.#open--;
  }
}
