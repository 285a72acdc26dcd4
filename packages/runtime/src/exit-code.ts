/** How a service process ends; the supervisor reads it. */
export const exitCode = {
  clean: 0,
  /** Work was given up, or the service could not be built. */
  unfinished: 1,
  /** No broker could be reached. */
  noBroker: 69,
  /** It cannot go on as it is and asks for a fresh process, as when threads are stuck. */
  replaceMe: 75,
  /** The configuration is wrong: starting again does not help. */
  config: 78,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
