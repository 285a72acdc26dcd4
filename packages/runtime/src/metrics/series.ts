/** Upper bounds of every histogram in seconds. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** One line of the text format: what is added to the metric's name, an own label, and the value. */
export type Sample = { readonly suffix: string; readonly le?: string; readonly value: number };

/** One number that only grows. */
export class CounterSeries {
  #value = 0;

  add(by = 1): void {
    this.#value += by;
  }

  samples(): readonly Sample[] {
    return [{ suffix: '', value: this.#value }];
  }
}

/** One number as it is now. */
export class GaugeSeries {
  #value = 0;

  set(value: number): void {
    this.#value = value;
  }

  samples(): readonly Sample[] {
    return [{ suffix: '', value: this.#value }];
  }
}

/** Durations by upper bound; an observation writes two numbers and allocates nothing. */
export class HistogramSeries {
  /** One count per bound, and the rest. */
  readonly #counts = new Float64Array(SECONDS.length + 1);
  #sum = 0;

  observe(seconds: number): void {
    let i = 0;
    while (i < SECONDS.length && seconds > (SECONDS[i] ?? 0)) i += 1;
    this.#counts[i] = (this.#counts[i] ?? 0) + 1;
    this.#sum += seconds;
  }

  samples(): readonly Sample[] {
    let total = 0;
    const buckets = [...this.#counts].map((count, i) => {
      total += count;
      return { suffix: '_bucket', le: String(SECONDS[i] ?? '+Inf'), value: total };
    });
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: total }];
  }
}
