/** Durable work: a task survives the death of any process and ends in exactly one result. */

export { logStream } from './assets.ts';
export type { PausedQueue, PauseOptions } from './client/pause.ts';
export type { Replace, Replaced } from './client/replace.ts';
export type { Signal } from './client/signal.ts';
export type { Deliver, Delivered, Effect, Ended, Found, Handler, StepOptions, TaskContext } from './handler.ts';
export type { HistoryEvent } from './history/history-event.ts';
export { openTasks, type TasksOptions } from './open-tasks.ts';
export { type Plan, type PlanStepSpec, plan } from './plan/plan.ts';
export type { StepEnd } from './plan/plan-step.ts';
export { runPlan, type StepReport } from './plan/run-plan.ts';
export type { Schedule, Schedules } from './recurring/schedule.ts';
export type { ScheduleOptions } from './recurring/schedule-options.ts';
export { type ScheduleRecord, scheduleRecord } from './recurring/schedule-record.ts';
export {
  type Attempt,
  attempt,
  type DeadReason,
  deadReason,
  type FinalState,
  type FullTaskSpec,
  type Priority,
  type Progress,
  priority,
  progress,
  type TaskError,
  type TaskResult,
  type TaskSpec,
  type TaskState,
  taskError,
  taskResult,
  taskSpec,
  taskState,
} from './task-spec.ts';
export type {
  Answer,
  DeadLetter,
  Redrive,
  RedriveAll,
  RedrivenAll,
  SubmitOptions,
  Submitted,
  SystemOptions,
  TaskEvent,
  TaskFilter,
  TaskPage,
  TaskSummary,
  Tasks,
  TaskView,
} from './tasks.ts';
export { LetGo, type LetGoAs } from './work/let-go.ts';
export type {
  QueueTimes,
  RetryPolicy,
  RouteDecision,
  RoutedTask,
  RouterOptions,
  Settled,
  Worker,
  WorkerOptions,
} from './worker.ts';
