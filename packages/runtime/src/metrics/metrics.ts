import { Family, type Kind } from './family.ts';
import type { MetricSpec } from './metric-spec.ts';
import { metricOf } from './metric-table.ts';
import { CounterSeries, GaugeSeries, HistogramSeries } from './series.ts';

/** Label values by label name. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** The series of one metric by their labels; who writes often keeps what `of` returns. */
export type Counter<L extends string> = {
  add(labels: Labels<L>, by?: number): void;
  of(labels: Labels<L>): CounterSeries;
};
/** The series of one metric by their labels. */
export type Gauge<L extends string> = { set(labels: Labels<L>, value: number): void };
/** The series of one metric by their labels; who writes often keeps what `of` returns. */
export type Histogram<L extends string> = {
  observe(labels: Labels<L>, seconds: number): void;
  of(labels: Labels<L>): HistogramSeries;
};

/** Most series of one process: one per metric and set of labels. Above it new ones are dropped and counted. */
export const MAX_SERIES = 2_000;

/** The metrics of one process, as Prometheus text. */
export interface Metrics {
  /** Counts up. */
  counter<L extends string = never>(spec: MetricSpec<L>): Counter<L>;
  /** Shows a value; with `read` it is asked at every scrape. */
  gauge<L extends string = never>(
    spec: MetricSpec<L>,
    read?: (set: (labels: Labels<L>, value: number) => void) => void,
  ): Gauge<L>;
  /** Observes durations in seconds. */
  histogram<L extends string = never>(spec: MetricSpec<L>): Histogram<L>;
  /** What exists, by name, in the order in which it was made. */
  readonly families: readonly { readonly kind: Kind; readonly spec: MetricSpec }[];
  /** Everything, in Prometheus' text format. */
  text(): string;
  /** Media type of {@link text}. */
  readonly contentType: string;
}

/** An empty set of metrics of one process. */
export function openMetrics(): Metrics {
  return new ProcessMetrics();
}

class ProcessMetrics implements Metrics {
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #families = new Map<string, Family>();
  readonly #reads: (() => void)[] = [];
  #series = 0;
  readonly #dropped: CounterSeries;

  constructor() {
    this.#dropped = this.counter(metricOf('series_dropped_total')).of({});
  }

  get families(): readonly Family[] {
    return [...this.#families.values()];
  }

  counter<L extends string = never>(spec: MetricSpec<L>): Counter<L> {
    const family = this.#add('counter', spec, () => new CounterSeries());
    return { add: (labels, by = 1) => family.of(labels).add(by), of: (labels) => family.of(labels) };
  }

  gauge<L extends string = never>(
    spec: MetricSpec<L>,
    read?: (set: (labels: Labels<L>, value: number) => void) => void,
  ): Gauge<L> {
    const family = this.#add('gauge', spec, () => new GaugeSeries());
    const set = (labels: Labels<L>, value: number) => family.of(labels).set(value);
    if (read !== undefined) this.#reads.push(() => read(set));
    return { set };
  }

  histogram<L extends string = never>(spec: MetricSpec<L>): Histogram<L> {
    const family = this.#add('histogram', spec, () => new HistogramSeries());
    return { observe: (labels, seconds) => family.of(labels).observe(seconds), of: (labels) => family.of(labels) };
  }

  text(): string {
    for (const read of this.#reads) read();
    return this.families.map((family) => family.text()).join('');
  }

  #add<S extends CounterSeries | GaugeSeries | HistogramSeries>(
    kind: Kind,
    spec: MetricSpec,
    make: () => S,
  ): Family<S> {
    if (this.#families.has(spec.name)) throw new TypeError(`metric "${spec.name}" exists already`);
    const family = new Family<S>(kind, spec, { make, room: () => this.#room() });
    this.#families.set(spec.name, family);
    return family;
  }

  #room(): boolean {
    const room = this.#series < MAX_SERIES;
    if (room) this.#series += 1;
    else this.#dropped.add();
    return room;
  }
}
