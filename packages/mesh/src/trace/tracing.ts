import { type Clock, newTrace, type Random, type Trace, traceOfCall } from '@seedcore/protocol';
import { textHash } from '../text-hash.ts';
import type { EndedSpan, WorkDone } from './span.ts';

/** Who takes spans, and of how many traces. */
export type TraceOptions = {
  /** Share of the traces begun here that are recorded, in [0, 1]. */
  readonly ratio: number;
  /** Takes each span as it ends; must neither throw nor wait. */
  readonly take: (span: EndedSpan) => void;
};

/** Wall clock and monotonic clock may drift apart so far before spans follow the wall clock, in ms. */
const DRIFT_MS = 50;
/** Another choice by the same id than the one that sheds calls. */
const SEED = 0x5bd1e995;
const SHARES = 2 ** 32;

/**
 * What this process records of the traces it takes part in: nothing, until somebody takes spans. A trace is recorded as a
 * whole or not at all: whoever begins it decides, everybody after follows the `sampled` flag of `traceparent`. A call that
 * begins a trace without recording it sends no such header; its callee comes to the same verdict by the same id.
 */
export class Tracing {
  readonly #clock: Clock;
  readonly #random: Random;
  #take: ((span: EndedSpan) => void) | undefined;
  #ratio = 0;
  #epochMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether anybody takes spans. */
  get on(): boolean {
    return this.#take !== undefined;
  }

  /** Spans go to `take` until the returned function is called. */
  start({ ratio, take }: TraceOptions): () => void {
    this.#ratio = ratio;
    this.#take = take;
    return () => {
      this.#take = undefined;
    };
  }

  /** Whether the trace that begins with the call of this id is recorded. */
  samples(call: string): boolean {
    return this.#take !== undefined && textHash(call, SEED) < this.#ratio * SHARES;
  }

  /** The trace that begins with a call, when it is recorded. */
  recordedRoot(call: string): Trace | undefined {
    return this.samples(call) ? { ...traceOfCall(call), sampled: true } : undefined;
  }

  /** A new trace for work that is no call, when it is to be recorded: with the one it follows from, else one in so many. */
  newRoot(from?: Trace): Trace | undefined {
    const wanted = this.#take !== undefined && (from?.sampled ?? this.#random.next() < this.#ratio);
    return wanted ? { ...newTrace(this.#random), sampled: true } : undefined;
  }

  /** A span that is over. */
  ended({ startedAt, endedAt, ...facts }: WorkDone): void {
    const epochMs = this.#epoch();
    this.#take?.({ ...facts, startedWallMs: epochMs + startedAt, endedWallMs: epochMs + endedAt });
  }

  /** Wall clock less monotonic clock, the same for spans close to each other so that none begins before its parent. */
  #epoch(): number {
    const seen = this.#clock.wallMs() - this.#clock.now();
    if (Math.abs(seen - this.#epochMs) > DRIFT_MS) this.#epochMs = seen;
    return this.#epochMs;
  }
}
