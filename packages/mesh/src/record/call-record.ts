/** Every decision a record may tell of, by the layer that took it; nothing else is ever in one. */
export const recordDecisions = {
  fallback: ['custom', 'cache', 'default'],
  single_flight: ['joined'],
  deadline: ['refused'],
  throttle: ['refused'],
  retry: ['wait', 'stop'],
  hedge: ['sent', 'won', 'lost'],
  breaker: ['refused'],
  tokens: ['refused'],
  bulkhead: ['waits', 'refused'],
  instance: ['bounce'],
  attempt: ['answered', 'failed'],
  call: ['refused', 'failed', 'cancelled'],
} as const satisfies Record<string, readonly string[]>;

/** A layer of that list. */
export type RecordLayer = keyof typeof recordDecisions;

/** What a step says beside its decision: names out of closed lists, ids of instances, numbers; never a value of a body. */
export type StepDetail = {
  readonly attempt?: number;
  /** The instance an attempt went to, or that was left. */
  readonly instance?: string;
  /** The instance that was asked instead. */
  readonly to?: string;
  readonly code?: string;
  readonly reason?: string;
  /** JSON Pointer of the field that was refused; only where nothing in the input is sensitive. */
  readonly field?: string;
  readonly ms?: number;
  readonly wait_ms?: number;
  readonly left_ms?: number;
  readonly retry_after_ms?: number;
  readonly queued?: number;
  /** How old a last good value is. */
  readonly age_ms?: number;
};

/** One decision about a call, `at_ms` after it began. */
export type RecordStep = {
  readonly at_ms: number;
  readonly layer: RecordLayer;
  readonly decision: string;
  readonly detail: StepDetail;
};

/** Why a call went as it did. */
export type CallRecord = {
  readonly call: string;
  readonly trace_id: string;
  /** `service.endpoint`. */
  readonly target: string;
  /** The service that called, or `client`. */
  readonly caller: string;
  /** The process that called. */
  readonly instance: string;
  /** ISO 8601, by the caller's wall clock. */
  readonly started: string;
  readonly ms: number;
  /** `ok`, `degraded`, a declared failure's code, or a mesh error's. */
  readonly outcome: string;
  /** The services before this one, the first caller first. */
  readonly chain: readonly string[];
  readonly steps: readonly RecordStep[];
  /** What was sent, where nothing in it is sensitive and it is small. */
  readonly input?: unknown;
};

/** Outcomes that are answers: everything else failed or is declared by the contract. */
export const ANSWERED = 'ok';
/** An answer that is not live. */
export const DEGRADED = 'degraded';
