import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable } from '../output/print.ts';
import { counted } from '../output/quantity.ts';
import { answered, checked, client, type TaskTools } from './task-tools.ts';

/** Stops a task. */
export async function cancelTask(id: string, reason: string, tools: TaskTools): Promise<ExitCode> {
  const cancelled = answered(await client(tools).cancel_task({ id, reason }));
  if (tools.options.json) printJson(tools.surroundings, cancelled);
  else tools.surroundings.out(`${cancelled.id} ${cancelled.state}`);
  return exitCodes.ok;
}

/** Lists dead letters: tasks that ended without a result. */
export async function listDeadLetters(tools: TaskTools): Promise<ExitCode> {
  const { surroundings } = tools;
  const page = answered(await client(tools).list_dead_letters({}));
  if (tools.options.json) {
    printJson(surroundings, page);
    return exitCodes.ok;
  }
  const columns = [
    { title: 'ID' },
    { title: 'TYPE', yields: true },
    { title: 'WHY' },
    { title: 'ATTEMPTS' },
    { title: 'LAST ERROR', yields: true },
  ];
  const rows = page.items.map(({ id, type, reason, attempts, last_error }) => [
    id,
    type,
    reason,
    String(attempts),
    `${last_error.code}: ${last_error.message}`,
  ]);
  if (rows.length > 0) printTable(surroundings, columns, rows);
  surroundings.note(counted(page.total, 'dead letter'));
  return exitCodes.ok;
}

/** How a dead letter is repeated, as typed. */
export interface RedriveFlags {
  readonly patch?: unknown;
  readonly fromStep?: string;
}

/** Gives a dead letter another life, its input repaired where a patch is given, from a step where one is named. */
export async function redriveTask(id: string, { patch, fromStep }: RedriveFlags, tools: TaskTools): Promise<ExitCode> {
  const input = checked('redrive_dead_letter', given({ id, patch, from_step: fromStep }));
  const { redriven } = answered(await client(tools).redrive_dead_letter(input));
  if (tools.options.json) printJson(tools.surroundings, { redriven });
  for (const one of tools.options.json ? [] : redriven) tools.surroundings.out(`${one.id} generation ${one.gen}`);
  return redriven.length > 0 ? exitCodes.ok : exitCodes.failed;
}

/** Which dead letters of a queue are repeated, as typed. */
export interface RedriveAllFlags {
  readonly type?: string;
  readonly reason?: string;
  readonly before?: string;
  readonly fromStep?: string;
  readonly limit?: number;
  readonly dryRun?: boolean;
}

/** Gives the dead letters of a queue that fit another life, the oldest first. */
export async function redriveQueue(queue: string, flags: RedriveAllFlags, tools: TaskTools): Promise<ExitCode> {
  const { options, surroundings } = tools;
  const { fromStep: from_step, dryRun: dry_run, ...kind } = flags;
  const input = checked('redrive_dead_letters', given({ queue, ...kind, from_step, dry_run }));
  const done = answered(await client(tools).redrive_dead_letters(input));
  if (options.json) printJson(surroundings, done);
  else {
    for (const { id, gen } of done.redriven) surroundings.out(`${id} generation ${gen}`);
    for (const { id, why } of done.skipped) surroundings.note(`${id} stays: ${why}`);
    const many = counted(done.redriven.length, 'dead letter');
    surroundings.note(
      dry_run
        ? `${many} would be redriven, of ${done.remaining} that fit`
        : `${many} redriven, ${done.remaining} left that fit`,
    );
  }
  return exitCodes.ok;
}

/** What was typed; flags that were not given are absent. */
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Does a task that has ended once more, from its beginning or a step. */
export async function retryTask(id: string, fromStep: string | undefined, tools: TaskTools): Promise<ExitCode> {
  const input = checked('retry_task', { id, ...(fromStep === undefined ? {} : { from_step: fromStep }) });
  const again = answered(await client(tools).retry_task(input));
  if (tools.options.json) printJson(tools.surroundings, again);
  else tools.surroundings.out(`${again.id} generation ${again.gen}`);
  return exitCodes.ok;
}

/** Says something to a task that waits for it, or will. */
export async function signalTask(
  said: { id: string; name: string; value?: unknown },
  tools: TaskTools,
): Promise<ExitCode> {
  const told = answered(await client(tools).signal_task(checked('signal_task', said)));
  if (tools.options.json) printJson(tools.surroundings, told);
  else tools.surroundings.out(`${told.id} was told ${said.name}`);
  return exitCodes.ok;
}
