import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Name, meaning and label names of one metric; labels come from closed sets, never an id or a text. */
export type MetricSpec<L extends string = string> = {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
};

/** Label values by label name. */
export type Labels<L extends string> = Readonly<Record<L, string>>;

/** Upper bounds of every histogram in seconds. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** The metrics of one process, as Prometheus text. */
export interface Metrics {
  /** Counts up. */
  counter<L extends string = never>(spec: MetricSpec<L>): { add(labels: Labels<L>, by?: number): void };
  /** Shows a value; with `read` it is asked at every scrape. */
  gauge<L extends string = never>(
    spec: MetricSpec<L>,
    read?: (set: (labels: Labels<L>, value: number) => void) => void,
  ): { set(labels: Labels<L>, value: number): void };
  /** Observes durations in seconds. */
  histogram<L extends string = never>(spec: MetricSpec<L>): { observe(labels: Labels<L>, seconds: number): void };
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  /** Media type of {@link text}. */
  readonly contentType: string;
}

/** An empty set of metrics of one process. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const parts = (spec: MetricSpec) => ({
    name: spec.name,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
  });
  return {
    counter: (spec) => {
      const counter = new Counter(parts(spec));
      return { add: (labels, by = 1) => counter.inc(labels, by) };
    },
    gauge: (spec, read) => {
      const gauge = new Gauge({
        ...parts(spec),
        collect() {
          read?.((labels, value) => this.set(labels, value));
        },
      });
      return { set: (labels, value) => gauge.set(labels, value) };
    },
    histogram: (spec) => {
      const histogram = new Histogram({ ...parts(spec), buckets: SECONDS });
      return { observe: (labels, seconds) => histogram.observe(labels, seconds) };
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
