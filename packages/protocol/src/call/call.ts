import type { Criticality } from '../language/endpoint.ts';
import type { Trace } from './trace.ts';

/** One call as everybody on its way sees it: whose it is, how long it has, who cancels it. */
export interface Call {
  /** Lower-case ULID, one over all attempts; each hop has its own, the trace joins them. */
  readonly id: string;
  /** When it ends, on the clock of this process. */
  readonly deadlineAt: number;
  /** Aborts on cancel, at the deadline, and on forced shutdown; its reason is a `MeshError`. */
  readonly signal: AbortSignal;
  readonly trace: Trace;
  /** Services passed so far, first to last. */
  readonly chain: readonly string[];
  /** 1 for a first try; a call made inside a retry is not retried itself. */
  readonly attempt: number;
  readonly criticality: Criticality;
  readonly idempotencyKey: string | undefined;
  /** Milliseconds left, never negative. */
  left(): number;
  /** A call made on behalf of this one; it never outlives it. */
  child(limitMs?: number): Call;
}

/** What a caller may say about a call. */
export type CallOptions = {
  readonly parent?: Call | undefined;
  /** The trace a call without a parent belongs to, as work that came by a queue. */
  readonly trace?: Trace | undefined;
  readonly deadlineMs?: number | undefined;
  readonly criticality?: Criticality | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pins one instance. */
  readonly instance?: string | undefined;
  readonly idempotencyKey?: string | undefined;
};

/** Tells a call from options. */
export const isCall = (value: Call | CallOptions): value is Call => 'left' in value;
