import type { Degraded } from '@seedcore/protocol';
import type { FullTaskSpec, TaskResult, TaskSpec } from './task-spec.ts';

/**
 * How a handler ends: a value, possibly degraded, or a declared failure, which is never retried. `ext` is kept in the record
 * by the very write that makes the task succeed, and handed to the `deliver` of its queue afterwards: whatever an attempt
 * wants to be heard of only if it counts. JSON of 49 KiB at most; more is the failure `ext_too_large`.
 */
export type Ended =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly degraded?: Degraded | undefined;
      readonly ext?: unknown;
    }
  | { readonly ok: false; readonly failure: { readonly code: string; readonly details: unknown } };

/**
 * Runs one attempt of a task. What it throws is retried after a growing pause while attempts are left, unless it is a
 * `MeshError` that no repetition can help.
 */
export type Handler = (params: Readonly<Record<string, unknown>>, context: TaskContext) => Promise<Ended>;

/** What an attempt that counts has left behind to be delivered. */
export type Delivered = { readonly id: string; readonly gen: number; readonly epoch: number; readonly ext: unknown };

/**
 * Delivers what the winning attempt of a task left in `ext`. It is called in the tail of the task, by whichever worker of
 * the queue gets there, again after a crash or when it threw: id, generation and epoch tell a repeat.
 */
export type Deliver = (left: Delivered) => Promise<void>;

/** How one step may behave. */
export type StepOptions = {
  /** Runs within this attempt before the step's error ends it: 3, the pause doubling from 1 s with full jitter. */
  readonly tries?: number;
  readonly timeoutMs?: number;
};

/** What looking for an effect in the outside world came to. */
export type Found<T> = { readonly value: T } | 'absent' | 'unknown';

/** Something done to the outside world, which knows nothing of idempotency keys. */
export type Effect<T> = {
  readonly run: (key: string) => Promise<T>;
  /** Asked when an earlier run may have done it: its value, `absent` when it certainly was not done, else `unknown`. */
  readonly find?: (key: string) => Promise<Found<T>>;
};

/** Where a task that another one begins is worked, and how long it may take. */
export type ChildOptions = { readonly queue?: string; readonly timeoutMs?: number };

/** One attempt as its handler sees it. */
export interface TaskContext {
  readonly id: string;
  /** 1, and one more after every redrive. */
  readonly gen: number;
  /** 1 for the first attempt of a generation. */
  readonly attempt: number;
  /** Fencing token: revision of the write that began this attempt. */
  readonly epoch: number;
  readonly spec: FullTaskSpec;
  /** What the attempt before did wrong, when a supervisor ended it and said so. */
  readonly correction: unknown;
  /** Where a router sent the task and why; whatever it stored. */
  readonly route: unknown;
  /** W3C trace context the task came with. */
  readonly traceparent: string | undefined;
  /** The task's deadline on the process's monotonic clock. */
  readonly deadlineAt: number | undefined;
  /** Aborts on cancel, at the deadline, on drain, at the run and idle limits, and when another worker took over. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline or the run limit, whichever is first; never negative. */
  left(): number;
  /**
   * The memo of step `name`, else what `run` returns, which becomes the memo. `key` is `<id>/<name>` in every attempt:
   * give it to the receiver as idempotency key, and a crash between effect and memo repeats nothing.
   */
  step<T>(name: string, run: (key: string) => Promise<T>, options?: StepOptions): Promise<T>;
  /**
   * As {@link step}, for what must not be repeated blindly: an intent is stored first, and while it stands without a memo
   * nothing is run before `find` was asked. What nobody can know ends the task as a dead letter, `effect_unknown`; a run
   * that threw has left its intent unless the error says that nothing ran.
   */
  effect<T>(name: string, how: Effect<T>): Promise<T>;
  /**
   * Lets time pass without holding a slot: the handler ends here and runs again from its beginning when `ms` have passed
   * since it first came here, past its steps by their memos. What it does outside of steps is done again.
   */
  sleep(name: string, ms: number): Promise<void>;
  /** Waits in the same way for the signal `name`, the first one given; undefined when none came before `until`. */
  waitFor(name: string, options: { readonly until: Date }): Promise<{ readonly value?: unknown } | undefined>;
  /**
   * Waits in the same way for another task, which it begins when it is first asked for: `<id>-s-<step>`, no later than its
   * own deadline, cancelled with it. `queue` is `general`. At most 64 of one task, 4 deep.
   */
  child(step: string, spec: TaskSpec, options?: ChildOptions): Promise<TaskResult>;
  /** The same without waiting: whoever has begun all he needs, and still misses something, comes to {@link rest}. */
  begin(step: string, spec: TaskSpec, options?: ChildOptions): Promise<TaskResult | 'running'>;
  /** How a task that was begun as `step` stands, or nothing when none was. */
  begun(step: string): Promise<TaskResult | 'running' | undefined>;
  /** The signal `name`, if it was given. */
  signalled(name: string): Promise<{ readonly value?: unknown } | undefined>;
  /** Ends the handler here; it runs again when a task it has begun ends, or a signal comes. */
  rest(): Promise<never>;
  /** Tells watchers how far it is and keeps the idle limit away; at most two events a second leave. */
  progress(now: { readonly pct?: number; readonly note?: string }): void;
}
