import { type Clock, MeshError } from '@seedcore/protocol';
import type { Handler, TaskContext } from '@seedcore/tasks';
import type { Launch } from './launch-program.ts';
import { endOf } from './program-end.ts';

/** A program that was asked to end has this long to do so, in ms. */
export const KILL_AFTER_MS = 2000;
/** Lines of one attempt that go to the log. */
export const MAX_LINES = 1000;
const MAX_NOTE = 200;

/** What running programs needs. */
export type ExecPorts = {
  readonly launch: Launch;
  readonly clock: Clock;
  /** One line for the log. */
  readonly note: (line: string) => void;
};

/** A handler that runs a program per task: params on standard input, the result on standard output. */
export function execHandler({ launch, clock, note }: ExecPorts): Handler {
  return async (params, task) => {
    let lines = 0;
    const onLine = (line: string) => {
      lines += 1;
      if (lines <= MAX_LINES) note(`${task.id}: ${line}`);
      if (lines === MAX_LINES) note(`${task.id}: what more it says is left out`);
      task.progress({ note: line.slice(0, MAX_NOTE) });
    };
    const program = launch({ stdin: `${JSON.stringify(params)}\n`, env: environmentOf(task), onLine });
    const stop = () => {
      program.signal('SIGTERM');
      const last = clock.after(KILL_AFTER_MS, () => program.signal('SIGKILL'));
      const ended = () => last.cancel();
      program.ended.then(ended, ended);
    };
    if (task.signal.aborted) stop();
    task.signal.addEventListener('abort', stop, { once: true });
    try {
      const end = await program.ended.catch(notStarted);
      task.signal.throwIfAborted();
      return endOf(end);
    } finally {
      task.signal.removeEventListener('abort', stop);
    }
  };
}

/** Nothing ran: the program may be there, or the machine have room for it, the next time. */
function notStarted(cause: unknown): never {
  const message = `the program cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`;
  throw new MeshError('unavailable', { target: 'program', message, cause });
}

/** Which task it is, for programs that want to know. */
function environmentOf({ id, gen, attempt, epoch, spec, traceparent }: TaskContext): Record<string, string> {
  return {
    SEEDCORE_TASK_ID: id,
    SEEDCORE_TASK_TYPE: spec.type,
    SEEDCORE_TASK_GENERATION: String(gen),
    SEEDCORE_TASK_ATTEMPT: String(attempt),
    SEEDCORE_TASK_EPOCH: String(epoch),
    ...(spec.deadline_at === undefined ? {} : { SEEDCORE_TASK_DEADLINE: spec.deadline_at }),
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
  };
}
