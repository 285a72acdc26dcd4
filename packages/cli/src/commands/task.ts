import { coordinator, type ResultEnvelope, type TaskView } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { badInput, type Client, validate } from '@seedcore/protocol';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { printJson, printTable, printValue } from '../output/print.ts';
import { counted, duration } from '../output/quantity.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** What every task command works with. */
export interface TaskTools {
  readonly options: GlobalOptions;
  readonly surroundings: Surroundings;
  readonly mesh: Mesh;
}

type Coordinator = Client<typeof coordinator>;

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

/** Gives a dead letter another life, its input repaired where a patch is given. */
export async function redriveTask(id: string, patch: unknown, tools: TaskTools): Promise<ExitCode> {
  const input = checked('redrive_dead_letter', { id, ...(patch === undefined ? {} : { patch }) });
  const { redriven } = answered(await client(tools).redrive_dead_letter(input));
  if (tools.options.json) printJson(tools.surroundings, { redriven });
  for (const one of tools.options.json ? [] : redriven) tools.surroundings.out(`${one.id} generation ${one.gen}`);
  return redriven.length > 0 ? exitCodes.ok : exitCodes.failed;
}

function client({ mesh }: TaskTools): Coordinator {
  return mesh.client(coordinator);
}

type Named = 'submit_task' | 'process_task' | 'list_tasks' | 'redrive_dead_letter';

/** Checks what was typed before anything is sent; a misspelt field is named with the one that was probably meant. */
function checked<N extends Named>(endpoint: N, input: unknown): Parameters<Coordinator[N]>[0] {
  const schema = coordinator.endpoints[endpoint].input;
  const result = validate(schema, input);
  if (!result.ok) throw new CommandError(badInput(`coordinator.${endpoint}`, result.problems).message, exitCodes.usage);
  return input as Parameters<Coordinator[N]>[0];
}

/** The value of a reply; a declared failure ends the command with its code and details. */
function answered<T>(reply: { ok: true; value: T } | { ok: false; failure: { code: string; details: unknown } }): T {
  if (reply.ok) return reply.value;
  throw new CommandError(`${reply.failure.code}: ${JSON.stringify(reply.failure.details)}`);
}
