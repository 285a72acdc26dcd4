import { type ExitCode, exitCode } from './exit-code.ts';

/** Ends this process. */
export function leave(code: ExitCode): never {
  if (code === exitCode.replaceMe) leaveThreads();
  process.exit(code);
}

/**
 * `process.exit` waits for every thread, also for those that do not go, which are why this process is to be replaced.
 * Becoming another program ends them; where the system cannot do that, only a signal is left.
 */
function leaveThreads(): never {
  try {
    process.execve?.(process.execPath, [process.execPath, '-e', `process.exit(${exitCode.replaceMe})`], {});
  } catch (error) {
    process.stderr.write(`cannot leave without waiting: ${String(error)}\n`);
  }
  process.kill(process.pid, 'SIGKILL');
  return process.exit(exitCode.replaceMe);
}
