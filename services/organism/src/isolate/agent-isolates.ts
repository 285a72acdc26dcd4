import type { Clock } from '@seedcore/protocol';
import type { Isolates } from '../agents/local-agent.ts';
import { Isolate } from './isolate.ts';
import type { IsolateEnv } from './isolate-env.ts';
import { startProcess } from './process-carrier.ts';
import { startThread } from './thread-carrier.ts';

/** An idle thread costs 35 MiB, an idle process 100: they are given up after a while, in ms. */
const IDLE_MS = { thread: 300_000, process: 60_000 } as const;

/** Fresh isolates of one agent; a thread or process is started with its first work. */
export const agentIsolates = (clock: Clock, env: IsolateEnv, leftBehind: () => void): Isolates => ({
  thread: new Isolate({ clock, start: startThread(env), idleMs: IDLE_MS.thread, leftBehind }),
  process: new Isolate({ clock, start: startProcess(env), idleMs: IDLE_MS.process, leftBehind }),
});
