import { type Command, Option } from 'commander';
import { jsonArgument } from '../arguments/json-argument.ts';
import { type TaskFlags, taskSpec } from '../arguments/task-spec.ts';
import type { ListFlags, TaskTools } from '../commands/task.ts';
import { withMesh } from '../connection.ts';
import type { ExitCode } from '../exit-code.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';
import { asDuration, examples, type ProgramParts, sourcesOf } from './parts.ts';

/** Adds durable work: `task` and its subcommands. */
export function addTasks(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  const task = seedcore.command('task').description('durable work: hand it in, follow it, repair it');
  const act: Act = async (command, use) => {
    const commands = await import('../commands/task.ts');
    const options = command.optsWithGlobals<GlobalOptions>();
    finished(await withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh }, commands)));
  };
  addHandIn(task, surroundings, act);
  addLooks(task, act);
  addRepairs(task, act);
}

type Act = (
  command: Command,
  use: (tools: TaskTools, commands: typeof import('../commands/task.ts')) => Promise<ExitCode>,
) => Promise<void>;

function addHandIn(task: Command, surroundings: Surroundings, act: Act): void {
  const specOf = async (type: string | undefined, argument: string | undefined, flags: TaskFlags) => {
    // `task run -` and `task run @file` hand in a whole task.
    const whole = type === '-' || type?.startsWith('@') || type?.startsWith('{');
    const input = await jsonArgument(whole ? type : argument, sourcesOf(surroundings));
    return taskSpec(whole ? undefined : type, input, flags, surroundings.clock.wallMs());
  };
  taskOptions(task.command('submit [type] [params]'))
    .description('hand in a task and print its id')
    .addHelpText('after', examples('seedcore task submit wait \'{"for_ms":1000}\'', 'seedcore task submit @task.json'))
    .action(async (type: string | undefined, params: string | undefined, flags: TaskFlags, command: Command) => {
      const spec = await specOf(type, params, flags);
      await act(command, (tools, { submitTask }) => submitTask(spec, tools));
    });
  taskOptions(task.command('run [type] [params]'))
    .description('hand in a task, wait for its result; exits 1 on failure, 2 on a degraded result')
    .option('--wait <duration>', 'for the result (default: 60s)', asDuration)
    .addHelpText(
      'after',
      examples(
        'seedcore task run analyze_series \'{"values":[1,1,2,1,9]}\'',
        'seedcore task run wait \'{"for_ms":100}\' --priority high',
      ),
    )
    .action(
      async (
        type: string | undefined,
        params: string | undefined,
        flags: TaskFlags & { wait?: number },
        command: Command,
      ) => {
        const { wait, ...rest } = flags;
        const spec = await specOf(type, params, rest);
        await act(command, (tools, { runTask }) => runTask(spec, wait, tools));
      },
    );
}

function addLooks(task: Command, act: Act): void {
  task
    .command('get <id>')
    .description('where a task is, what was tried, its result')
    .option('--wait <duration>', 'for it to be final, 30s at most', asDuration)
    .action(async (id: string, { wait }: { wait?: number }, command: Command) => {
      await act(command, (tools, { getTask }) => getTask(id, wait, tools));
    });
  task
    .command('ls')
    .description('tasks, newest first')
    .option('--state <state>', 'queued, running, retrying, succeeded, failed, cancelled or expired')
    .option('--type <type>', 'only of this type')
    .option('--queue <queue>', 'only in this queue')
    .option('--limit <count>', 'how many, 200 at most (default: 50)')
    .action(async (flags: ListFlags, command: Command) => {
      await act(command, (tools, { listTasks }) => listTasks(flags, tools));
    });
}

function addRepairs(task: Command, act: Act): void {
  task
    .command('cancel <id>')
    .description('stop a task')
    .option('--reason <text>', 'why, for the record', 'cancelled from the shell')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      await act(command, (tools, { cancelTask }) => cancelTask(id, reason, tools));
    });
  task
    .command('dlq')
    .description('dead letters: tasks that ended without a result')
    .action(async (_, command: Command) => {
      await act(command, (tools, { listDeadLetters }) => listDeadLetters(tools));
    });
  task
    .command('redrive <id>')
    .description('give a dead letter another life')
    .option('--patch <json>', 'JSON merge patch that repairs the task')
    .addHelpText('after', examples('seedcore task redrive my-id --patch \'{"params":{"values":[1,2,3]}}\''))
    .action(async (id: string, { patch }: { patch?: string }, command: Command) => {
      const repair = patch === undefined ? undefined : await jsonArgument(patch, noSources);
      await act(command, (tools, { redriveTask }) => redriveTask(id, repair, tools));
    });
}

function taskOptions(command: Command): Command {
  return command
    .option('--id <id>', 'id of your own; the same id is the same task')
    .option('--description <text>', 'what it is about')
    .option('--domain <name>', 'domain (default: general)')
    .addOption(new Option('--priority <priority>', 'how urgent').choices(['critical', 'high', 'normal', 'low']))
    .option('--deadline <duration>', 'from now, as 30s; later work is not started')
    .option('--requires <skills>', 'skills the agent must have, as a,b')
    .option('--key <key>', 'idempotency key; the same key is the same task')
    .option('--organ <id>', 'organ that should do it');
}

const noSources = {
  file: (path: string) => Promise.reject(new Error(`write the JSON itself, not @${path}`)),
  standardInput: () => Promise.resolve(''),
};
