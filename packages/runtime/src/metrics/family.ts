import type { MetricSpec } from './metric-spec.ts';
import type { Sample } from './series.ts';

/** What a metric is to Prometheus. */
export type Kind = 'counter' | 'gauge' | 'histogram';

type Series = { samples(): readonly Sample[] };
type Made<S> = { readonly labels: readonly string[]; readonly series: S };

/** How series come to be. */
export type SeriesPorts<S> = {
  readonly make: () => S;
  /** Takes the place of one more series; false when there is none. */
  readonly room: () => boolean;
};

/** Everything of one name: one series for each set of label values that was ever written. */
export class Family<S extends Series = Series> {
  readonly kind: Kind;
  readonly spec: MetricSpec;
  readonly #names: readonly string[];
  readonly #ports: SeriesPorts<S>;
  readonly #series = new Map<string, Made<S>>();
  /** Takes what is written where there is no room; never shown. */
  readonly #nowhere: S;

  constructor(kind: Kind, spec: MetricSpec, ports: SeriesPorts<S>) {
    this.kind = kind;
    this.spec = spec;
    this.#names = spec.labels ?? [];
    this.#ports = ports;
    this.#nowhere = ports.make();
  }

  /** The series with these labels. */
  of(labels: Readonly<Record<string, string>>): S {
    let key = '';
    for (const name of this.#names) key += `${labels[name] ?? ''}\n`;
    return this.#series.get(key)?.series ?? this.#new(key, labels);
  }

  /** Its part of the text format. */
  text(): string {
    const { name, help } = this.spec;
    const lines = [...this.#series.values()].flatMap(({ labels, series }) =>
      series.samples().map(({ suffix, le, value }) => {
        const all = le === undefined ? labels : [...labels, `le="${le}"`];
        return `${name}${suffix}${all.length === 0 ? '' : `{${all.join(',')}}`} ${value}\n`;
      }),
    );
    return `# HELP ${name} ${help}\n# TYPE ${name} ${this.kind}\n${lines.join('')}`;
  }

  #new(key: string, labels: Readonly<Record<string, string>>): S {
    if (!this.#ports.room()) return this.#nowhere;
    const made = {
      labels: this.#names.map((name) => `${name}="${escaped(labels[name] ?? '')}"`),
      series: this.#ports.make(),
    };
    this.#series.set(key, made);
    return made.series;
  }
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
