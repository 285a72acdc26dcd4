/** One try of a call, as the work it protects sees it. */
export interface Attempt<T = unknown> {
  /** 1 for the first. */
  readonly n: number;
  /** Time it may take, in ms. */
  readonly budgetMs: number;
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
  /** One try. Must not throw. */
  begin(attempt: Attempt<T>): void;
  /** Nobody waits for this attempt any more: its time is over, its caller left, or another one was faster. */
  abandon(attempt: Attempt<T>, reason: Error): void;
  /** The error of an attempt whose time is over; a plain `timeout` where it is left out. */
  late?(attempt: Attempt<T>): Error;
}

/** Where a call ends: one of the two, once. */
export type Ending<T> = { readonly resolve: (value: T) => void; readonly reject: (error: unknown) => void };

/** The function a stack protects: one attempt. A value is an answer, a throw is a failure. */
export type AttemptFunction<T> = (attempt: Attempt<T>) => Promise<T>;

/** An asynchronous function as an operation: its attempts are stopped by their signal. */
export class FunctionOperation<T> implements Operation<T> {
  readonly #work: AttemptFunction<T>;

  constructor(work: AttemptFunction<T>) {
    this.#work = work;
  }

  begin(attempt: Attempt<T>): void {
    this.#started(attempt).then(
      (value) => attempt.answer(value),
      (error: unknown) => attempt.fail(error),
    );
  }

  abandon(attempt: Attempt<T>, reason: Error): void {
    attempt.abort(reason);
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
