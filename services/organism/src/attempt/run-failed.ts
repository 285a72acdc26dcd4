import type { RunError } from '@seedcore/contracts';

/** A run failed and is worth another one; thrown to the queue, which decides when. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly code: string;
  readonly retryAfterMs: number;

  constructor({ code, message }: Pick<RunError, 'code' | 'message'>, retryAfterMs: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
