import { type CallOptions, type Clock, MeshError, parseTraceparent } from '@seedcore/protocol';
import type { TaskContext } from '@seedcore/tasks';
import { type Answered, type Asked, answered, type Finding, unreached } from '../domain/triage-step.ts';

/** What is asked, how long the answer may take, and how it reads in the report. */
export type Question<T> = {
  readonly asked: Asked;
  readonly limitMs: number;
  readonly ask: (call: CallOptions) => Promise<Answered<T>>;
  readonly detail: (value: T) => string;
};

/** Asks the questions of one triage, each once: findings are memos, so a crash repeats no finished step. */
export class TriageSteps {
  readonly #context: TaskContext;
  readonly #clock: Clock;

  constructor(context: TaskContext, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
  }

  /** The finding of a question; a service that cannot be reached is a finding too. */
  ask<T>(question: Question<T>): Promise<Finding<T>> {
    return this.#context.step(question.asked.step, () => this.#find(question));
  }

  async #find<T>({ asked, limitMs, ask, detail }: Question<T>): Promise<Finding<T>> {
    const startedAt = this.#clock.now();
    const ms = () => Math.round(this.#clock.now() - startedAt);
    const { signal, traceparent } = this.#context;
    try {
      const deadlineMs = Math.min(limitMs, this.#context.left());
      const answer = await ask({ deadlineMs, signal, trace: parseTraceparent(traceparent) });
      return answered(asked, answer, { ms: ms(), detail });
    } catch (error) {
      if (signal.aborted || !(error instanceof MeshError)) throw error;
      return unreached(asked, error.code, ms());
    }
  }
}
