import type { ml, state } from '@seedcore/contracts';
import type { Endpoint, Reply, Sent, Service } from '@seedcore/protocol';
import type { z } from 'zod';
import type { FailureSchemas } from './define-skill.ts';
import type { Survey } from './survey.ts';

/** Endpoints of another service, as a skill calls them: its deadline, trace and cancellation go along by themselves. */
export type SkillClient<S extends Service> = {
  readonly [N in keyof S['endpoints']]: Ask<S['endpoints'][N]>;
};
type Ask<E extends Endpoint> = (input: Sent<E>) => Promise<Reply<E>>;

/** The services a skill may name in `calls`. */
export type SkillServices = {
  readonly ml: SkillClient<typeof ml>;
  readonly state: SkillClient<typeof state>;
};

/** Where a skill writes lines; trace and task ids are added. */
export type SkillLog = {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
};

/** How far a run is, from 0 to 1, and which tool it has called. */
export type ProgressOptions = {
  readonly pct?: number;
  readonly tool?: string;
  readonly args?: unknown;
  readonly result?: unknown;
};

/** Everything a running skill has of the world. */
export interface SkillContext<F extends FailureSchemas = FailureSchemas> {
  /** Aborts on cancel, deadline, time-out and drain; its reason is a `Stopped`. */
  readonly signal: AbortSignal;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  /** The same in every attempt of a task. */
  readonly idempotencyKey: string;
  /** What the run before did wrong, when it was ended by whoever watches it; for the next run only. */
  readonly correction: unknown;
  readonly log: SkillLog;
  readonly services: SkillServices;
  /** Milliseconds left, never negative. */
  left(): number;
  /**
   * One step forward, as a sentence, or one call of a tool with what it was given and brought; at most 20 a second travel,
   * the newest wins. It is what counts as being alive.
   */
  progress(note: string, options?: ProgressOptions): void;
  /** Runs `effect` once per task: later attempts get the stored value; `key` is the same in every attempt. */
  step<T>(name: string, effect: (key: string) => Promise<T>): Promise<T>;
  /** Asks every service of the mesh how it is, without a call chain. */
  survey(names: readonly string[] | undefined, timeoutMs: number): Promise<Survey>;
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
