import type { EnergyWeights } from '@seedcore/contracts';
import type { Call, CallOptions, Clock } from '@seedcore/protocol';
import { type Sample, sampleOf } from '../domain/scope-energy.ts';
import type { ReadSnapshot, Samples } from '../ports.ts';

const cadenceMs = 10_000;
const deadlineMs = 2000;
/**
 * Of samples closer together only the first is kept, beside the newest: many questions do not crowd out the hour, and whoever
 * had a look taken before a change still finds it after the next question.
 */
const shortestMs = 1000;
/** One hour, unless it is asked more often. */
const mostSamples = 360;

/** Samples the energy every ten seconds and when asked; keeps the last 360. */
export class Sampler implements Samples {
  readonly #clock: Clock;
  readonly #read: ReadSnapshot;
  readonly #weights: EnergyWeights;
  #samples: readonly Sample[] = [];
  #latest: Sample | undefined;
  #stop: (() => void) | undefined;

  constructor(ports: { clock: Clock; read: ReadSnapshot; weights: EnergyWeights }) {
    this.#clock = ports.clock;
    this.#read = ports.read;
    this.#weights = ports.weights;
  }

  latest(): Sample | undefined {
    return this.#latest;
  }

  all(): readonly Sample[] {
    const latest = this.#latest;
    return latest === undefined || this.#samples.includes(latest) ? this.#samples : [...this.#samples, latest];
  }

  async fresh(call: Call | CallOptions): Promise<Sample | undefined> {
    const snapshot = await this.#read(call);
    if (!snapshot) return undefined;
    const sample = sampleOf(snapshot, this.#weights);
    if (sample.at >= (this.#latest?.at ?? 0)) this.#latest = sample;
    if (this.#samples.every(({ at }) => Math.abs(sample.at - at) >= shortestMs))
      this.#samples = [...this.#samples, sample].sort((left, right) => left.at - right.at).slice(-mostSamples);
    return sample;
  }

  /** Samples now, and ten seconds after each sample. */
  async start(): Promise<void> {
    let stopped = false;
    this.#stop = () => {
      stopped = true;
    };
    await this.fresh({ deadlineMs });
    if (stopped) return;
    const timer = this.#clock.after(cadenceMs, () => void this.start());
    this.#stop = () => timer.cancel();
  }

  stop(): void {
    this.#stop?.();
  }
}
