import type { AssetChange, Stop } from '@seedcore/store';
import type { PausedQueue, PauseOptions } from './client/pause.ts';
import type { Redriven } from './client/redrive.ts';
import type { Replace, Replaced } from './client/replace.ts';
import type { Retried } from './client/retry.ts';
import type { Signal } from './client/signal.ts';
import type { HistoryEvent } from './history/history-event.ts';
import type { ValueRef } from './record/large-values.ts';
import type { Schedule, Schedules } from './recurring/schedule.ts';
import type { ScheduleOptions } from './recurring/schedule-options.ts';
import type {
  Attempt,
  DeadReason,
  FinalState,
  FullTaskSpec,
  Priority,
  Progress,
  TaskError,
  TaskResult,
  TaskSpec,
  TaskState,
} from './task-spec.ts';
import type { RouterOptions, Worker, WorkerOptions } from './worker.ts';

/** A value, or one of a closed set of failures; the shape of an endpoint's reply. */
export type Answer<T, C extends string, D = { readonly id: string }> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: { readonly code: C; readonly details: D } };

/** Where a task goes, what trace it belongs to, and what a refusal names as its target (`submit`). */
export type SubmitOptions = {
  readonly queue?: string;
  readonly traceparent?: string | undefined;
  readonly target?: string;
};

/** An accepted task. */
export type Submitted = {
  readonly id: string;
  readonly gen: number;
  readonly state: TaskState;
  /** True when the same task had been accepted before. */
  readonly duplicate: boolean;
};

/** A task as its record tells it. */
export type TaskView = {
  readonly id: string;
  readonly gen: number;
  readonly state: TaskState;
  readonly queue: string;
  readonly type: string;
  readonly domain: string;
  readonly priority: Priority;
  /** The task as handed in; absent when it could not be read. */
  readonly spec?: FullTaskSpec;
  readonly attempt: number;
  readonly attempts: readonly Attempt[];
  readonly progress?: Progress;
  readonly route?: unknown;
  readonly result?: TaskResult;
  readonly error?: TaskError;
  /** When the next attempt is due. */
  readonly not_before?: string;
  /** Kept back by a router until `not_before`. */
  readonly held?: { readonly since: string; readonly looks: number; readonly why: string };
  readonly deadline_at?: string;
  readonly created_at: string;
  readonly started_at?: string;
  readonly finished_at?: string;
  readonly updated_at: string;
};

/** Which tasks to list. */
export type TaskFilter = {
  readonly state?: TaskState;
  readonly type?: string;
  readonly domain?: string;
  readonly queue?: string;
  /** Created at or after, RFC 3339. */
  readonly since?: string;
  readonly limit: number;
  readonly cursor?: string;
};

/** A task in a list. */
export type TaskSummary = Pick<
  TaskView,
  | 'id'
  | 'gen'
  | 'type'
  | 'domain'
  | 'priority'
  | 'state'
  | 'queue'
  | 'attempt'
  | 'created_at'
  | 'started_at'
  | 'finished_at'
  | 'deadline_at'
>;

/** One page of tasks, newest first, and how many match by state. */
export type TaskPage = {
  readonly items: readonly TaskSummary[];
  readonly counts: Readonly<Partial<Record<TaskState, number>>>;
  readonly cursor?: string;
  /** False while the index is still being read, or when it had to leave old tasks out. */
  readonly complete: boolean;
};

/** A task that ended badly, with all that is needed to understand and repeat it. */
export type DeadLetter = {
  readonly id: string;
  readonly gen: number;
  readonly queue: string;
  readonly type: string;
  readonly reason: DeadReason;
  readonly error: TaskError;
  readonly attempts: readonly Attempt[];
  /** Names of the steps that have a memo. */
  readonly steps: readonly string[];
  readonly dead_at: string;
  /** The task as handed in; absent when it could not be read. */
  readonly spec?: FullTaskSpec;
  /** Where its params are, when they are too large for a letter; `spec` has none then. */
  readonly input_ref?: ValueRef;
  /** What was published, when it could not be read as a task: text, at most 4 KiB of it. */
  readonly raw?: string;
  readonly traceparent?: string;
  /** The last fifty things that happened to it. */
  readonly history: readonly HistoryEvent[];
};

/** How often the housekeeper looks, in ms: at timers and storage (10,000), and at tasks that have not ended (60,000). */
export type SystemOptions = { readonly timersMs?: number; readonly tasksMs?: number };

/** How to repeat a dead letter. */
export type Redrive = {
  readonly id: string;
  /** JSON merge patch on the task as handed in. */
  readonly patch?: unknown;
  /** A whole task in place of the old one, as for a letter that could not be read. */
  readonly replacement?: TaskSpec;
  /** Steps that ended before this one are not run again. */
  readonly fromStep?: string;
};

/** Which dead letters of a queue to repeat. */
export type RedriveAll = {
  readonly queue: string;
  readonly type?: string;
  readonly reason?: DeadReason;
  /** Only those that died before. */
  readonly before?: Date;
  /** At most so many, the oldest first: 1 to 1,000. */
  readonly limit: number;
  /** No faster than this: 10, 1 to 100. */
  readonly ratePerS?: number;
  readonly fromStep?: string;
  /** Says what would be redriven, and touches nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
};

/** What became of them. */
export type RedrivenAll = {
  readonly redriven: readonly { readonly id: string; readonly gen: number }[];
  /** Those that cannot be repeated, and stay. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[];
  /** Letters that fit and still lie there. */
  readonly remaining: number;
};

/** Durable work. */
export interface Tasks {
  /** Provisions streams and bucket; everything else does so by itself when first used. */
  provision(): Promise<readonly AssetChange[]>;
  /**
   * Resolves when the broker has the task on disk. `queue` is `general`.
   *
   * @throws MeshError `bad_request` naming the field; `overloaded`, with `retryAfterMs` and `details.reason` `queue_full` or
   *   `storage_low`: nothing was taken; `timeout` when it is taken and its message could not be sent yet
   */
  submit(spec: TaskSpec, options?: SubmitOptions): Promise<Answer<Submitted, 'conflict'>>;
  /** The result, without polling; undefined when there is none in time. `gen` asks for that generation or a later one. */
  wait(
    id: string,
    options: { readonly timeoutMs: number; readonly gen?: number; readonly signal?: AbortSignal },
  ): Promise<TaskResult | undefined>;
  /** Submits and waits. */
  run(
    spec: TaskSpec,
    options: SubmitOptions & { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<Answer<Submitted & { readonly result?: TaskResult }, 'conflict'>>;
  get(id: string): Promise<TaskView | undefined>;
  /** No task of the queue is begun until it is resumed, or until `until`; what runs goes on, and submits are accepted. */
  pause(queue: string, how: PauseOptions): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Queues that are paused, by name. */
  paused(): Promise<readonly PausedQueue[]>;
  /**
   * Has a task recur, by the clock of a place or at equal distances; runs are tasks `<name>-<time>`. Whoever runs
   * {@link Tasks.system} begins them. @throws MeshError `bad_request` naming the field
   */
  schedule(name: string, options: ScheduleOptions): Promise<Schedule>;
  /** No run of it begins any more; false when there was none of that name. */
  unschedule(name: string): Promise<boolean>;
  /** Every schedule, by name. */
  schedules(): Promise<Schedules>;
  /** Newest first, from an index this process keeps by watching; at most 10,000 tasks back. */
  list(filter: TaskFilter): Promise<TaskPage>;
  /** Ends a task. `stopped_by` is who did it: nobody ran it, its owner gave it up, or it was taken from its owner. */
  cancel(
    id: string,
    options: { readonly reason: string; readonly waitMs?: number },
  ): Promise<
    Answer<
      { readonly id: string; readonly state: FinalState; readonly stopped_by: 'nobody' | 'owner' | 'force' },
      'unknown_task' | 'already_final',
      { readonly id: string; readonly state?: FinalState }
    >
  >;
  /**
   * For supervisors: ends the running attempt `epoch`, over its owner's head, and lets the next one begin after the usual
   * pause, with a `correction`; none begins after a `final` one, or when the deadline of the task has passed (`expired`). Against the attempt's own end, exactly one of the two succeeds.
   *
   * @throws MeshError `bad_request` naming the field
   */
  replace(id: string, how: Omit<Replace, 'id'>): Promise<Replaced>;
  /** Says something to a task that waits for it, or will: it reaches the task whatever dies; the first of a name holds. */
  signal(signal: Signal): Promise<Answer<{ readonly id: string }, 'unknown_task' | 'already_final'>>;
  /** Newest first. */
  deadLetters(filter: { readonly queue?: string; readonly limit: number }): Promise<{
    readonly items: readonly DeadLetter[];
    readonly total: number;
  }>;
  /** Starts the next generation of a dead letter, from its beginning or a step; the letter is gone. Repeating it changes nothing. */
  redrive(request: Redrive): Promise<Redriven>;
  /** The same for all that fit, one after the other. @throws MeshError `bad_request` naming the field */
  redriveAll(request: RedriveAll): Promise<RedrivenAll>;
  /** Starts the next generation of a task that has ended, whatever its end, from its beginning or a step. */
  retry(id: string, options?: { readonly fromStep?: string }): Promise<Retried>;
  worker(queue: string, options: WorkerOptions): Worker;
  /** Hands tasks over to other queues without claiming them: no attempt, no lease. */
  router(queue: string, options: RouterOptions): Worker;
  /**
   * Works the queue `sys`: what concerns tasks whoever runs them, or nobody, such as their deadlines. At least one
   * process of a mesh has to; any number may. One of them is elected housekeeper, and repairs what was left behind.
   */
  system(options?: SystemOptions): Worker;
  /** Every event of one task: `queued started progress step retrying waiting done`. Events may be lost. */
  follow(id: string, listener: (event: TaskEvent) => void): Stop;
  /** Hears of every task that a write of this process has ended: once each, over all processes together. */
  onEnd(listener: (event: HistoryEvent) => void): Stop;
  /** What happened to a task, oldest first: its newest 200 events, for 14 days. Those of the last moment may be missing. */
  history(id: string): Promise<readonly HistoryEvent[]>;
  /** Drains nothing: stops watching and trimming. */
  close(): Promise<void>;
}

/** Published at `<ns>.evt.task.<kind>.<id>`. */
export type TaskEvent = {
  readonly kind: 'queued' | 'started' | 'progress' | 'step' | 'retrying' | 'waiting' | 'done';
  readonly id: string;
  readonly gen: number;
  readonly type: string;
  readonly queue: string;
  readonly state: TaskState;
  readonly attempt: number;
  readonly at: string;
  readonly pct?: number;
  readonly note?: string;
  readonly step?: string;
  readonly delay_ms?: number;
  readonly error?: TaskError;
};
