import type { TargetReport } from '@seedcore/mesh';

/** What one phase showed. */
export type PhaseRow = {
  readonly phase: string;
  readonly calls: number;
  /** Share of calls that were answered, in [0, 1]. */
  readonly successRate: number;
  /** Of all calls, answered or not, in ms. */
  readonly p95Ms: number;
  /** A bounce from an instance that refused to another one is part of the same attempt. */
  readonly attemptsPerCall: number;
  readonly hedges: number;
  /** How many calls ended with each code. */
  readonly failures: Readonly<Record<string, number>>;
  /** The endpoint's breaker at the end. */
  readonly breaker: string;
  /** Instances whose breaker was open at some time, and those that were left out because of it. */
  readonly opened: readonly string[];
  readonly ejected: readonly string[];
};

/** Counts what happens during one phase. */
export class Tally {
  readonly #phase: string;
  readonly #times: number[] = [];
  readonly #failures: Record<string, number> = {};
  readonly #opened = new Set<string>();
  readonly #ejected = new Set<string>();
  #answered = 0;
  #attempts = 0;
  #bounces = 0;
  #hedges = 0;
  #breaker = 'closed';

  constructor(phase: string) {
    this.#phase = phase;
  }

  /** A call is over. */
  call(outcome: string, ms: number): void {
    this.#times.push(ms);
    if (outcome === 'ok') this.#answered += 1;
    else this.#failures[outcome] = (this.#failures[outcome] ?? 0) + 1;
  }

  /** An exchange with an instance is over. */
  exchange(): void {
    this.#attempts += 1;
  }

  /** Something was decided on the way. */
  decision(layer: string, decision: string): void {
    if (layer === 'instance' && decision === 'bounce') this.#bounces += 1;
    if (layer === 'hedge' && decision === 'sent') this.#hedges += 1;
  }

  /** How the target looks now. */
  look({ breaker, instances }: Pick<TargetReport, 'breaker' | 'instances'>): void {
    this.#breaker = breaker.state;
    for (const { id, breaker: own, state } of instances) {
      if (own === 'open') this.#opened.add(id);
      if (state === 'ejected') this.#ejected.add(id);
    }
  }

  /** The row of the table. @throws RangeError when nothing was called */
  row(): PhaseRow {
    const calls = this.#times.length;
    const p95Ms = this.#times.toSorted((a, b) => a - b)[Math.floor(0.95 * calls)];
    if (p95Ms === undefined) throw new RangeError('nothing was called');
    return {
      phase: this.#phase,
      calls,
      successRate: this.#answered / calls,
      p95Ms,
      attemptsPerCall: (this.#attempts - this.#bounces) / calls,
      hedges: this.#hedges,
      failures: this.#failures,
      breaker: this.#breaker,
      opened: [...this.#opened].sort(),
      ejected: [...this.#ejected].sort(),
    };
  }
}
