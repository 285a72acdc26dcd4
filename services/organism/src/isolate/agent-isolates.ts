import type { Clock } from '@seedcore/protocol';
import type { Isolates } from '../agents/local-agent.ts';
import { Isolate } from './isolate.ts';
import { startProcess } from './process-carrier.ts';
import { startThread } from './thread-carrier.ts';

/** An idle process costs 60 MiB: it is given up after a minute, in ms. */
const PROCESS_IDLE_MS = 60_000;

/** Fresh isolates of one agent; nothing is started yet. */
export const agentIsolates = (clock: Clock): Isolates => ({
  thread: new Isolate({ clock, start: startThread }),
  process: new Isolate({ clock, start: startProcess, idleMs: PROCESS_IDLE_MS }),
});
