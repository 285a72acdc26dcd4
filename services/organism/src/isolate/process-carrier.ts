import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Carrier, CarrierEvents, Fault, StartCarrier } from './carrier.ts';
import type { IsolateEnv } from './isolate-env.ts';
import type { FromIsolate } from './messages.ts';
import { OUT_OF_MEMORY_EXIT } from './process-exit.ts';

const ENTRY = fileURLToPath(new URL('./main-process.ts', import.meta.url));

/**
 * A process of its own around one thread, for skills that run what strangers wrote: a thread beyond its heap by one
 * large allocation takes its whole process along, and here that process is not ours.
 */
export const startProcess =
  (env: IsolateEnv): StartCarrier =>
  (memoryMb, events) =>
    watched(
      fork(ENTRY, [String(memoryMb)], {
        env,
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
      events,
    );

function watched(child: ChildProcess, { heard, gone }: CarrierEvents): Carrier {
  let alive = true;
  const ended = (fault: Fault) => {
    if (alive) gone(fault);
    alive = false;
  };
  child.on('message', (message) => heard(message as FromIsolate));
  child.on('error', (error) => ended({ code: 'isolate_lost', message: error.message }));
  child.on('exit', (code, signal) => ended(faultOf(code, signal)));
  return {
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/** V8 aborts a process whose heap is spent. */
function faultOf(code: number | null, signal: NodeJS.Signals | null): Fault {
  const spent = signal === 'SIGABRT' || code === OUT_OF_MEMORY_EXIT;
  if (spent) return { code: 'out_of_memory', message: 'the skill used more memory than it may' };
  return { code: 'isolate_lost', message: `the process ended by itself: ${signal ?? `exit ${code}`}` };
}
