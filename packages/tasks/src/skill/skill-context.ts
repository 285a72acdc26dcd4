import type { z } from 'zod';
import type { Effect } from '../handler.ts';
import type { FailureSchemas } from './define-skill.ts';

/** Where a skill writes lines; trace and task ids are added. */
export type SkillLog = {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
};

/** What a sign of life may say beside its sentence: how far it is (0 to 1), and which tool gave what for what. */
export type Segment = {
  readonly pct?: number;
  readonly tool?: string;
  readonly args?: unknown;
  readonly result?: unknown;
};

/** A memory that was found: its words, when it was stored, and how well it fits, from 0 to 1. */
export type FoundMemory = {
  readonly id: string;
  readonly text: string;
  readonly score: number;
  readonly at: string;
};

/** What the agent of a run keeps and finds again, through state. */
export interface SkillMemory {
  /** A working item of the agent, kept only if this attempt succeeds; a key is 256 bytes at most, a value is JSON. */
  put(key: string, value: unknown): void;
  /** Something the agent is to remember for long, kept only if this attempt succeeds; 8,192 characters at most. */
  remember(text: string): void;
  /** The working item as this run has put it, else as it is kept; undefined when there is none. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** What the agent and its project remember that fits, best first; `k` is 10, and 50 at most. */
  search(query: string, options?: { readonly k?: number }): Promise<readonly FoundMemory[]>;
}

/** Everything a running skill has of the world. */
export interface SkillContext<F extends FailureSchemas = FailureSchemas> {
  /** Aborts on kill, cancel, deadline, time-out and drain; `reason.kind` says which. */
  readonly signal: AbortSignal;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  /** The same in every attempt of a task. */
  readonly idempotencyKey: string;
  /** What the run before did wrong, when it was ended by whoever watches it; for the next run only. */
  readonly correction: unknown;
  readonly log: SkillLog;
  /** Milliseconds left, never negative. */
  left(): number;
  /** One step forward, as a sentence of what was done; at most 4 KiB, and of a second at most 20 are heard. */
  progress(note: string, segment?: Segment): void;
  /** An event for everybody, told only if this attempt succeeds; data is JSON. At most 100 of a run, 48 KiB in all. */
  emit(kind: string, data: unknown): void;
  /** What is put there counts towards the same 100 and 48 KiB as what is emitted. */
  readonly memory: SkillMemory;
  /** Runs `effect` once per task: later attempts get the stored value; `key` is the same in every attempt. */
  step<T>(name: string, effect: (key: string) => Promise<T>): Promise<T>;
  /**
   * The same for a receiver that knows no keys: while it is not known how an earlier `run` ended, `find` is asked, and
   * where nobody knows the task ends as `effect_unknown`. Only for skills that declare `sideEffects`.
   */
  effect<T>(name: string, how: Effect<T>): Promise<T>;
  /**
   * Runs a skill named in `uses`, within this attempt, and gives its output; 4 deep at most.
   *
   * @throws CallFailed when that skill answers with a failure
   */
  call<T = unknown>(skill: string, input: unknown): Promise<T>;
  /** Waits, and holds its agent while it does. */
  pause(ms: number): Promise<void>;
  /** Marks the result as not live. */
  degrade(reason: string): void;
  /** Ends the run with a declared failure: an answer, never tried again. */
  fail<C extends keyof F & string>(code: C, data: z.input<F[C]>): never;
  /** Milliseconds since 1970. */
  now(): number;
  /** One uniform draw in [0, 1). */
  random(): number;
}
