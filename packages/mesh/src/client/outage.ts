import type { Clock } from '@seedcore/protocol';
import { SETTLING_MS } from '../report/blameless.ts';
import type { Transport } from '../transport/transport.ts';

/** Remembers when the connection came back, because others come back at their own pace. */
export class Outage {
  readonly #clock: Clock;
  readonly #stop: () => void;
  #backAt = Number.NEGATIVE_INFINITY;

  constructor(transport: Transport, clock: Clock) {
    this.#clock = clock;
    this.#stop = transport.onState((state) => {
      if (state === 'up') this.#backAt = clock.now();
    });
  }

  /** True shortly after a reconnect. */
  get settling(): boolean {
    return this.#clock.now() - this.#backAt < SETTLING_MS;
  }

  /** Stops listening. */
  close(): void {
    this.#stop();
  }
}
