import { MeshError } from '@seedcore/protocol';

/** One try of a call, as the work it protects sees it. */
export interface Attempt<T = unknown> {
  /** 1 for the first. */
  readonly n: number;
  /** Time it may take, in ms. */
  readonly budgetMs: number;
  /** The instance it is meant for; undefined when whoever takes it will do. */
  readonly instance: string | undefined;
  /** Aborts when the budget is over or the caller gives up. */
  readonly signal: AbortSignal;
  /** The work ended with a value; the first end counts. */
  answer(value: T): void;
  /** The work ended with an error; the first end counts. */
  fail(error: unknown): void;
  /** Aborts the signal. */
  abort(reason: Error): void;
}

/**
 * What a stack protects. It is begun once per attempt and ends each by `attempt.answer` or `attempt.fail`, in the same
 * tick or later; an end that comes after the attempt was given up changes nothing.
 */
export interface Operation<T> {
  /** Makes one try. Must not throw. */
  begin(attempt: Attempt<T>): UnderWay<T>;
}

/** A try that has begun. */
export interface UnderWay<T> {
  /** Nobody waits for it any more: its time is over, its caller left, or another one was faster. */
  abandon(attempt: Attempt<T>, reason: Error): void;
  /** The error it ends with when its time is over. */
  late(attempt: Attempt<T>): Error;
}

/** Where a call ends: one of the two, once. */
export type Ending<T> = { readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void };

/** The function a stack protects: one attempt. A value is an answer, a throw is a failure. */
export type AttemptFunction<T> = (attempt: Attempt<T>) => Promise<T>;

/** An asynchronous function as an operation: its attempts are stopped by their signal. */
export class FunctionOperation<T> implements Operation<T>, UnderWay<T> {
  readonly #target: string;
  readonly #work: AttemptFunction<T>;

  constructor(target: string, work: AttemptFunction<T>) {
    this.#target = target;
    this.#work = work;
  }

  begin(attempt: Attempt<T>): UnderWay<T> {
    this.#started(attempt).then(
      (value) => attempt.answer(value),
      (error: unknown) => attempt.fail(error),
    );
    return this;
  }

  abandon(attempt: Attempt<T>, reason: Error): void {
    attempt.abort(reason);
  }

  late({ n }: Attempt<T>): Error {
    return new MeshError('timeout', { target: this.#target, attempt: n });
  }

  /** A throw before the first promise is a failure like any other. */
  #started(attempt: Attempt<T>): Promise<T> {
    try {
      return this.#work(attempt);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
