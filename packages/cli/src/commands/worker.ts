import { delay, name as queueName } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Worker } from '@seedcore/tasks';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { counted } from '../output/quantity.ts';
import type { StopSignals } from '../supervisor/stop-signals.ts';
import type { Surroundings } from '../surroundings.ts';
import { execHandler } from '../worker/exec-handler.ts';
import { findProgram } from '../worker/find-program.ts';
import { launcher } from '../worker/launch-program.ts';
import type { TaskTools } from './task-tools.ts';

/** What runs when `worker` is asked to stop has this long to finish before it is handed back, in ms. */
const DRAIN_MS = 30_000;
/** Longest time a program may run unless told otherwise, and longest that may be told, in ms. */
const RUN_MS = 600_000;
const MAX_RUN_MS = 86_400_000;
const MAX_SLOTS = 256;

/** Options of `worker`, as typed. */
export interface WorkerFlags {
  readonly exec: string;
  readonly slots?: string;
  readonly run?: number;
}

/** A job as it was understood. */
export type ExecJob = {
  readonly queue: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly slots: number;
  readonly runMs: number;
};

/** @throws CommandError naming what was not understood */
export function execJob(
  queue: string,
  {
    args,
    flags,
    path,
  }: { readonly args: readonly string[]; readonly flags: WorkerFlags; readonly path: string | undefined },
): ExecJob {
  if (!queueName.safeParse(queue).success)
    throw new CommandError(`"${queue.slice(0, 64)}" cannot name a queue`, exitCodes.usage);
  const slots = Number(flags.slots ?? 4);
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS)
    throw new CommandError(`--slots ${flags.slots}: a number from 1 to ${MAX_SLOTS}`, exitCodes.usage);
  const runMs = flags.run ?? RUN_MS;
  if (runMs < 1000 || runMs > MAX_RUN_MS) throw new CommandError('--run: from 1s to 24h', exitCodes.usage);
  return { queue, file: findProgram(flags.exec, path), args, slots, runMs };
}

/** Runs a program for each task of a queue until it is asked to stop. */
export async function work(job: ExecJob, { mesh, surroundings }: TaskTools, signals: StopSignals): Promise<ExitCode> {
  const { note, clock } = surroundings;
  const report = (where: string, error: unknown) => note(`${where}: ${error instanceof Error ? error.message : error}`);
  const tasks = openTasks(openStore(mesh), { instance: mesh.instance, report });
  const { queue, file, args, slots, runMs } = job;
  const handler = execHandler({ launch: launcher(file, args), clock, note });
  // A program says nothing while it works: only the limit of the whole attempt holds.
  const worker = tasks.worker(queue, { slots, runMs, idleMs: runMs, handlers: { '*': handler } });
  const stopped = signals.first;
  if ((await Promise.race([worker.ready, stopped])) === undefined)
    note(`working the queue ${queue} with ${file}, ${slots} at a time; Ctrl-C finishes what runs`);
  await finish(worker, await stopped, { signals, surroundings });
  await tasks.close();
  return exitCodes.ok;
}

async function finish(
  worker: Worker,
  why: string,
  { signals, surroundings }: { readonly signals: StopSignals; readonly surroundings: Surroundings },
): Promise<void> {
  const running = worker.running();
  if (running > 0)
    surroundings.note(
      `${why}: ${counted(running, 'program')} may finish; what runs after 30 s, or once more ${why}, is handed back`,
    );
  const impatient = new AbortController();
  signals.onFurther(() => impatient.abort());
  const patience = delay(surroundings.clock, DRAIN_MS, impatient.signal).catch(() => undefined);
  await Promise.race([worker.drain(DRAIN_MS), patience]);
  await worker.drain(0);
}
