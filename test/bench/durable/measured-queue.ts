import { z } from 'zod';

/** When a handler began and ended, in ms of the clock that all processes of a machine share. */
export const stamps = z.object({ startedMs: z.number(), endedMs: z.number() });
/** The times of one handler; it does nothing between them. */
export type Stamps = z.infer<typeof stamps>;

/** What works, and how many tasks it has finished: their end is stored, and no crash begins them again. */
export type Working = { finished(): number; close(): Promise<void> };

/** How a queue is to be worked. */
export type Work = {
  /** Tasks handled at once. */
  readonly slots: number;
  /** Somebody waits for results; without it, whoever does not have to keep them need not. */
  readonly results: boolean;
  /** The work of each task. */
  readonly handle: () => Stamps;
};

/** A durable queue under measurement, in each of its processes. */
export type MeasuredQueue = {
  /** Resolves when the task is stored. */
  submit(id: string, keyed: boolean): Promise<unknown>;
  /** Submits a task and waits for its result. */
  run(id: string): Promise<Stamps>;
  open(work: Work): Promise<Working>;
};

/** Monotonic and the same for all processes of the machine, unlike `performance.now()`. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
