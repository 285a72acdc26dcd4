/** What the exit code of `seedcore` means; shown by `seedcore help`. */
export const exitCodes = {
  /** Done. */
  ok: 0,
  /** The task failed, something is wrong (doctor), the mesh did not start. */
  failed: 1,
  /** There is a result, but a degraded one. */
  degraded: 2,
  /** The command was not understood: unknown name, wrong input. */
  usage: 64,
  /** NATS or the service asked cannot be reached. */
  unreachable: 69,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a message for people on standard error and an exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
