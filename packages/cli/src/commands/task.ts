import type { ResultEnvelope, TaskView } from '@seedcore/contracts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable, printValue } from '../output/print.ts';
import { duration } from '../output/quantity.ts';
import type { Surroundings } from '../surroundings.ts';
import { happeningDetail } from '../work/happening.ts';
import { answered, checked, client, type TaskTools } from './task-tools.ts';

/** How long `run` waits for a result unless told otherwise, in ms. */
const defaultWaitMs = 60_000;
/** Time for the answer itself, on top of what the coordinator waits, in ms. */
const answerMs = 2000;

/** Hands in a task and prints its id; it is on disk by then. */
export async function submitTask(spec: unknown, tools: TaskTools): Promise<ExitCode> {
  const accepted = answered(await client(tools).submit_task(checked('submit_task', spec)));
  if (tools.options.json) printJson(tools.surroundings, accepted);
  else tools.surroundings.out(accepted.id);
  if (accepted.duplicate) tools.surroundings.note(`this task was handed in before; it is ${accepted.state}`);
  return exitCodes.ok;
}

/** Hands in a task, waits, prints its result; the exit code says how it went. */
export async function runTask(spec: unknown, waitMs: number | undefined, tools: TaskTools): Promise<ExitCode> {
  const wait_ms = waitMs ?? defaultWaitMs;
  const input = { ...checked('process_task', spec), wait_ms };
  const { options, surroundings } = tools;
  const reply = await client(tools).process_task(input, { deadlineMs: wait_ms + answerMs });
  const { id, done, state, result } = answered(reply);
  if (options.json) printJson(surroundings, { id, done, state, result });
  if (!done || !result) {
    surroundings.note(
      `not finished within ${duration(wait_ms)}: it is ${state}; look again with: seedcore task get ${id} --wait 30s`,
    );
    return exitCodes.failed;
  }
  return showResult(result, tools);
}

/** Prints a result, which `--json` has printed with the rest, and what is to be said about it. */
export function showResult(result: ResultEnvelope, { options, surroundings }: TaskTools): ExitCode {
  if (!options.json && result.success) printValue(surroundings, result.payload);
  for (const line of outcomeNotes(result)) surroundings.note(line);
  return exitCodeOf(result);
}

/** What is to be said about a result beside the result: an error with its attempts, the mark of a degraded one. */
export function outcomeNotes({ task_id, error, degraded, success }: ResultEnvelope): string[] {
  const mark = degraded ? [`degraded: ${degraded.reason} (${degraded.source})`] : [];
  if (success || !error) return mark;
  const tries = error.attempts.map(
    ({ n, outcome, error: why }) =>
      `  attempt ${n}: ${outcome ?? 'running'}${why ? `, ${why.code}: ${why.message}` : ''}`,
  );
  return [`task ${task_id} failed: ${error.code}: ${error.message}`, ...tries, ...mark];
}

/** 0 for a result, 1 for none, 2 for a degraded one. */
export function exitCodeOf({ success, degraded }: Pick<ResultEnvelope, 'success' | 'degraded'>): ExitCode {
  if (!success) return exitCodes.failed;
  return degraded ? exitCodes.degraded : exitCodes.ok;
}

/** Shows where a task is, what was tried, and its result. */
export async function getTask(id: string, waitMs: number | undefined, tools: TaskTools): Promise<ExitCode> {
  const wait_ms = waitMs ?? 0;
  const view = answered(await client(tools).get_task({ id, wait_ms }, { deadlineMs: wait_ms + answerMs }));
  if (tools.options.json) printJson(tools.surroundings, view);
  else printTask(tools.surroundings, view);
  return exitCodes.ok;
}

function printTask({ out, note, styles }: Surroundings, view: TaskView): void {
  const { id, type, state, gen, attempt, queue, priority, route, attempts, result } = view;
  out(`${styles.bold(id)}  ${type}  ${state}`);
  out(`attempt ${attempt}, generation ${gen}, priority ${priority}, queue ${queue}`);
  if (route) out(`route ${route.organ_id ?? route.queue} (from ${route.resolved_from})`);
  for (const { n, owner, started_at, outcome, error } of attempts) {
    out(
      `  attempt ${n} by ${owner} at ${started_at}: ${outcome ?? 'running'}${error ? `, ${error.code}: ${error.message}` : ''}`,
    );
  }
  if (!result) return;
  if (result.success) out(JSON.stringify(result.payload, undefined, 2));
  for (const line of outcomeNotes(result)) note(line);
}

/** Lists what happened to a task, oldest first. */
export async function taskHistory(id: string, tools: TaskTools): Promise<ExitCode> {
  const { options, surroundings } = tools;
  const { history = [] } = answered(await client(tools).get_task({ id, include: ['history'] }));
  if (options.json) {
    printJson(surroundings, history);
    return exitCodes.ok;
  }
  const right = 'right' as const;
  const columns = [
    { title: 'AT' },
    { title: 'LIFE', align: right },
    { title: 'ATTEMPT', align: right },
    { title: 'EVENT' },
    { title: 'STATE' },
    { title: 'DETAIL', yields: true },
  ];
  const rows = history.map((happening) => {
    const { at, gen, attempt, event, state } = happening;
    return [at, String(gen), String(attempt), event, state, happeningDetail(happening)];
  });
  printTable(surroundings, columns, rows);
  return exitCodes.ok;
}

/** Filters of `task ls`, as typed. */
export interface ListFlags {
  readonly state?: string;
  readonly type?: string;
  readonly queue?: string;
  readonly limit?: string;
}

/** Lists tasks, newest first. */
export async function listTasks(flags: ListFlags, tools: TaskTools): Promise<ExitCode> {
  const { limit, ...filters } = flags;
  const input = { ...filters, ...(limit === undefined ? {} : { limit: Number(limit) }) };
  const page = answered(await client(tools).list_tasks(checked('list_tasks', input)));
  const { surroundings } = tools;
  if (tools.options.json) printJson(surroundings, page);
  else {
    const right = 'right' as const;
    const columns = [
      { title: 'ID' },
      { title: 'TYPE', yields: true },
      { title: 'STATE' },
      { title: 'ATTEMPT', align: right },
      { title: 'QUEUE', yields: true },
      { title: 'AGE', align: right },
    ];
    const now = surroundings.clock.wallMs();
    const rows = page.items.map(({ id, type, state, attempt, queue, created_at }) => [
      id,
      type,
      state,
      String(attempt),
      queue,
      duration(Math.max(0, now - Date.parse(created_at))),
    ]);
    printTable(surroundings, columns, rows);
    surroundings.note(countsText(page.counts));
  }
  return exitCodes.ok;
}

/** Counts by state on one line. */
export function countsText(counts: Readonly<Partial<Record<string, number>>>): string {
  const shown = Object.entries(counts).filter(([, count]) => count);
  return shown.length === 0 ? 'no tasks' : shown.map(([state, count]) => `${count} ${state}`).join(', ');
}
