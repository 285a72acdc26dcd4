import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import { answered, checked, client, type TaskTools } from './task-tools.ts';

/** Why a queue stands still, as the coordinator tells it. */
export interface Paused {
  readonly reason: string;
  readonly author?: string | undefined;
  readonly until?: string | undefined;
}

/** Why a queue is paused, as typed. */
export interface PauseFlags {
  readonly reason: string;
  readonly author?: string;
  /** How long, in ms; until it is resumed when left out. */
  readonly for?: number;
}

/** Lists the queues of the mesh: how much waits and runs, and which stand still. */
export async function listQueues(tools: TaskTools): Promise<ExitCode> {
  const { surroundings, options } = tools;
  const { queues } = answered(await client(tools).get_system_status({}));
  if (options.json) printJson(surroundings, queues);
  else {
    const right = 'right' as const;
    printTable(
      surroundings,
      [
        { title: 'QUEUE' },
        { title: 'WAITING', align: right },
        { title: 'RUNNING', align: right },
        { title: 'PAUSED', yields: true },
      ],
      queues.map(({ queue, waiting, running, paused }) => [
        queue,
        String(waiting),
        String(running),
        paused === undefined ? '' : surroundings.styles.yellow(pauseText(paused)),
      ]),
    );
  }
  return exitCodes.ok;
}

/** Why a queue stands still, who asked for it, and until when, in one line. */
export function pauseText({ reason, author, until }: Paused): string {
  return `${reason}${author === undefined ? '' : ` (${author})`}${until === undefined ? '' : `, until ${until}`}`;
}

/** Lets a queue stand still: what runs goes on, new tasks are accepted, none is begun. */
export async function pauseQueue(queue: string, flags: PauseFlags, tools: TaskTools): Promise<ExitCode> {
  const { reason, author, for: ms } = flags;
  const wish = { queue, reason, ...(author === undefined ? {} : { author }) };
  const seconds = ms === undefined ? {} : { for_s: Math.ceil(ms / 1000) };
  const { options, surroundings } = tools;
  const paused = answered(await client(tools).pause_queue(checked('pause_queue', { ...wish, ...seconds })));
  if (options.json) printJson(surroundings, paused);
  else surroundings.out(`${paused.queue} is paused: ${pauseText(paused)}; go on with: seedcore queue resume ${queue}`);
  return exitCodes.ok;
}

/** Lets a paused queue go on. */
export async function resumeQueue(queue: string, tools: TaskTools): Promise<ExitCode> {
  const resumed = answered(await client(tools).resume_queue(checked('resume_queue', { queue })));
  if (tools.options.json) printJson(tools.surroundings, resumed);
  else tools.surroundings.out(`${resumed.queue} goes on`);
  return exitCodes.ok;
}
