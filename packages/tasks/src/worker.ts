import type { Deliver, Handler } from './handler.ts';
import type { FullTaskSpec, TaskError } from './task-spec.ts';

/** How often and how soon a failed attempt is repeated. */
export type RetryPolicy = {
  /** Attempts that may end in an error before the task fails: 5, 1 to 20; a task may ask for fewer. */
  readonly attempts: number;
  /** Upper ends of the pauses in ms, one per failed attempt, the last one repeated; 2, 8, 32, 128 s. */
  readonly windowsMs: readonly number[];
};

/** Times of one queue; all its workers must agree. */
export type QueueTimes = {
  /** A worker not heard of for this long has lost its task: 30,000. */
  readonly ackWaitMs: number;
  /** Interval of its beats: 10,000. */
  readonly beatMs: number;
};

/** Hears of every attempt of a worker that has ended: `held` when its end stands in the record, false when another's does. */
export type Settled = (attempt: { readonly id: string; readonly epoch: number; readonly held: boolean }) => void;

/** How a worker works. */
export type WorkerOptions = {
  /** Handlers running at once: 4, 1 to 256. */
  readonly slots?: number;
  /** By task type; `*` takes every other type. */
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly retry?: Partial<RetryPolicy>;
  readonly times?: Partial<QueueTimes>;
  /** Longest silence of a handler (no step, no progress): 120,000. */
  readonly idleMs?: number;
  /** Longest attempt: 600,000. */
  readonly runMs?: number;
  /** Delivers what successful attempts leave in `ext`; all workers of a queue whose handlers do so must bring it. */
  readonly deliver?: Deliver;
  readonly settled?: Settled;
};

/** Pulls tasks of one queue and runs them. */
export interface Worker {
  readonly queue: string;
  /** Resolves when the first pull is out, or its queue turned out to be paused. */
  readonly ready: Promise<void>;
  /** Attempts running now. */
  running(): number;
  /** Takes nothing new, lets what runs finish for `graceMs`, hands the rest back uncounted. */
  drain(graceMs: number): Promise<void>;
}

/** A task that a router keeps to itself for now. */
export type Held = {
  readonly since: Date;
  /** Looks that ended with "not yet". */
  readonly looks: number;
};

/** Why a router takes no task. */
export type Refusal = Pick<TaskError, 'code' | 'message'> & { readonly details?: unknown };

/** Where it goes, that it has to be held back for a while (1 s to 1 h) and why, or that nobody may do it. */
export type RouteDecision =
  | { readonly to: string; readonly route: unknown }
  | { readonly holdMs: number; readonly why: string }
  | { readonly refuse: Refusal };

/** How a router works. What `decide` throws leaves the task in the queue for another look 1 to 10 s later. */
export type RouterOptions = {
  readonly slots?: number;
  readonly decide: (task: RoutedTask) => Promise<RouteDecision>;
  readonly times?: Partial<QueueTimes>;
  /** A task held back for longer than this in all becomes a dead letter `held_too_long`: 3,600,000, an hour. */
  readonly longestHoldMs?: number;
};

/** A task before a router. */
export type RoutedTask = {
  readonly id: string;
  readonly gen: number;
  readonly spec: FullTaskSpec;
  readonly createdAt: Date;
  /** Since when it is held back; absent when this is the first look, or it was handed on in the meantime. */
  readonly held?: Held;
  readonly traceparent: string | undefined;
  readonly signal: AbortSignal;
};
