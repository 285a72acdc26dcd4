import { commandLine } from '@seedcore/nats-dev';
import { type Clock, delay } from '@seedcore/protocol';
import { isAlive, type ProcessLine } from './state-file.ts';

const stepMs = 100;

/** Ends a process in order, and for good after `graceMs`; true when it is gone. */
export async function endProcess(
  line: Pick<ProcessLine, 'pid' | 'marker'>,
  clock: Clock,
  graceMs: number,
): Promise<boolean> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(line, commandLine)) return true;
    process.kill(line.pid, signal);
    await gone(line, clock, signal === 'SIGTERM' ? graceMs : 5000);
  }
  return !isAlive(line, commandLine);
}

/** Waits until a process is gone, `withinMs` at most. */
export async function gone(
  line: Pick<ProcessLine, 'pid' | 'marker'>,
  clock: Clock,
  withinMs: number,
): Promise<boolean> {
  const until = clock.now() + withinMs;
  while (isAlive(line, commandLine)) {
    if (clock.now() >= until) return false;
    await delay(clock, stepMs);
  }
  return true;
}
