import type { Priority, TaskAttempt, TaskError, TaskState } from '@seedcore/contracts';
import type { Degraded } from '@seedcore/protocol';

/** How one generation of a task ended. */
export type TaskEnd = {
  readonly state: TaskState;
  readonly value?: unknown;
  readonly error?: TaskError | undefined;
  readonly degraded?: Degraded | undefined;
};

/** A task as it is kept. */
export type TaskRecord = {
  readonly id: string;
  readonly gen: number;
  readonly state: TaskState;
  readonly queue: string;
  readonly type: string;
  readonly domain: string;
  readonly priority: Priority;
  readonly deadline_at?: string;
  /** As handed in; absent when it could not be read. */
  readonly spec?: unknown;
  readonly attempt: number;
  readonly attempts: readonly TaskAttempt[];
  readonly progress?: { readonly pct?: number | undefined; readonly note?: string | undefined; readonly at: string };
  readonly route?: unknown;
  readonly result?: TaskEnd;
  readonly error?: TaskError;
  readonly not_before?: string;
  readonly held?: { readonly since: string; readonly looks: number; readonly why: string };
  readonly created_at: string;
  readonly started_at?: string;
  readonly finished_at?: string;
};
