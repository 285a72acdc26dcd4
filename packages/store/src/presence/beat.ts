import { type Clock, delay, MeshError, type Random, type Timer } from '@seedcore/protocol';
import type { Bucket } from '../bucket.ts';
import { StoreError } from '../store-error.ts';
import { BEAT_MS, GONE_MS } from './presence.ts';

/** Pause before a beat that failed is tried again, in ms. */
const AGAIN_MS = 500;
/** A beat that takes longer than this is given up and tried again, in ms. */
const BUDGET_MS = 4_000;

type Said<F> = { readonly facts: F };
/** What beats are made with. */
export type BeatPorts<F> = {
  readonly bucket: Bucket<Said<F>>;
  readonly clock: Clock;
  readonly random: Random;
  /** Makes the bucket, which a broker that restarts has forgotten. */
  readonly provision: () => Promise<unknown>;
  /** Told of each beat that was not acknowledged. */
  readonly onMissed: () => void;
  readonly report: (where: string, error: unknown) => void;
};

/** Says again and again that somebody is there; one beat at a time. */
export class Beat<F> {
  readonly #key: string;
  readonly #ports: BeatPorts<F>;
  #facts: F;
  #timer: Timer | undefined;
  #beating: Promise<void>;
  #ended = false;

  constructor(key: string, facts: F, ports: BeatPorts<F>) {
    this.#key = key;
    this.#facts = facts;
    this.#ports = ports;
    this.#beating = this.#beat();
  }

  change(facts: F): void {
    this.#facts = facts;
    if (this.#ended) return;
    this.#timer?.cancel();
    this.#beating = this.#beating.then(() => this.#beat());
  }

  async leave(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    await this.#beating;
    try {
      await this.#ports.bucket.update(this.#key, () => 'remove', { budgetMs: BUDGET_MS });
    } catch (error) {
      this.#failed(error); // out of reach: it goes by itself after 15 s
    }
  }

  async #beat(): Promise<void> {
    this.#timer?.cancel();
    let pauseMs = BEAT_MS * (0.9 + 0.2 * this.#ports.random.next());
    try {
      const said = { facts: this.#facts };
      await this.#ports.bucket.update(this.#key, () => said, { ttlMs: GONE_MS, budgetMs: BUDGET_MS });
    } catch (error) {
      this.#failed(error);
      await this.#mend();
      pauseMs = AGAIN_MS;
    }
    if (this.#ended) return;
    this.#timer = this.#ports.clock.after(pauseMs, () => {
      this.#beating = this.#beat();
    });
  }

  async #mend(): Promise<void> {
    try {
      await delay(this.#ports.clock, AGAIN_MS * this.#ports.random.next());
      await this.#ports.provision();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#ports.onMissed();
    const passing = error instanceof MeshError || (error instanceof StoreError && error.retryable);
    if (!passing) this.#ports.report(`being there as ${this.#key}`, error);
  }
}
