import { type Command, Option } from 'commander';
import { jsonArgument } from '../arguments/json-argument.ts';
import { type TaskFlags, taskSpec } from '../arguments/task-spec.ts';
import type { ListFlags } from '../commands/task.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Act, asDuration, examples, type ProgramParts, sourcesOf, withTools } from './parts.ts';

/** Adds durable work: `task` and its subcommands. */
export function addTasks(seedcore: Command, parts: ProgramParts): void {
  const task = seedcore.command('task').description('durable work: hand it in, follow it, repair it');
  const act = withTools(parts);
  addHandIn(task, parts.surroundings, act);
  addLooks(task, act);
  addRepairs(task, act);
  addSteering(task, parts.surroundings, act);
}

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
      await act(
        command,
        () => import('../commands/task.ts'),
        (tools, { submitTask }) => submitTask(spec, tools),
      );
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
        await act(
          command,
          () => import('../commands/task.ts'),
          (tools, { runTask }) => runTask(spec, wait, tools),
        );
      },
    );
}

function addLooks(task: Command, act: Act): void {
  task
    .command('get <id>')
    .description('where a task is, what was tried, its result')
    .option('--wait <duration>', 'for it to be final, 30s at most', asDuration)
    .action(async (id: string, { wait }: { wait?: number }, command: Command) => {
      await act(
        command,
        () => import('../commands/task.ts'),
        (tools, { getTask }) => getTask(id, wait, tools),
      );
    });
  task
    .command('history <id>')
    .description('what happened to a task, oldest first: who ran it, what failed, what was tried again')
    .action(async (id: string, _, command: Command) => {
      await act(
        command,
        () => import('../commands/task.ts'),
        (tools, { taskHistory }) => taskHistory(id, tools),
      );
    });
  task
    .command('ls')
    .description('tasks, newest first')
    .option(
      '--state <state>',
      'queued, delayed, held, running, waiting, retrying, succeeded, failed, cancelled or expired',
    )
    .option('--type <type>', 'only of this type')
    .option('--queue <queue>', 'only in this queue')
    .option('--limit <count>', 'how many, 200 at most (default: 50)')
    .action(async (flags: ListFlags, command: Command) => {
      await act(
        command,
        () => import('../commands/task.ts'),
        (tools, { listTasks }) => listTasks(flags, tools),
      );
    });
}

const loadRepairs = () => import('../commands/repair.ts');

function addRepairs(task: Command, act: Act): void {
  task
    .command('cancel <id>')
    .description('stop a task')
    .option('--reason <text>', 'why, for the record', 'cancelled from the shell')
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      await act(command, loadRepairs, (tools, { cancelTask }) => cancelTask(id, reason, tools));
    });
  task
    .command('dlq')
    .description('dead letters: tasks that ended without a result')
    .action(async (_, command: Command) => {
      await act(command, loadRepairs, (tools, { listDeadLetters }) => listDeadLetters(tools));
    });
  task
    .command('redrive <id>')
    .description('give a dead letter another life')
    .option('--patch <json>', 'JSON merge patch that repairs the task')
    .option('--from-step <step>', 'keep what the steps before this one gave')
    .addHelpText('after', examples('seedcore task redrive my-id --patch \'{"params":{"values":[1,2,3]}}\''))
    .action(async (id: string, { patch, ...flags }: { patch?: string; fromStep?: string }, command: Command) => {
      const repair = patch === undefined ? flags : { ...flags, patch: await jsonArgument(patch, noSources) };
      await act(command, loadRepairs, (tools, { redriveTask }) => redriveTask(id, repair, tools));
    });
  task
    .command('retry <id>')
    .description('do a task that has ended once more')
    .option('--from-step <step>', 'keep what the steps before this one gave')
    .action(async (id: string, { fromStep }: { fromStep?: string }, command: Command) => {
      await act(command, loadRepairs, (tools, { retryTask }) => retryTask(id, fromStep, tools));
    });
}

function addSteering(task: Command, surroundings: Surroundings, act: Act): void {
  task
    .command('watch <id>')
    .description('what becomes of a task as it happens, then its result; exits as run does')
    .option('--for <duration>', 'how long (default: 1h)', asDuration)
    .action(async (id: string, { for: forMs }: { for?: number }, command: Command) => {
      await act(
        command,
        () => import('../commands/watch.ts'),
        (tools, { watchTask }) => watchTask(id, forMs, tools),
      );
    });
  task
    .command('signal <id> <name> [value]')
    .description('tell something to a task that waits for it, or will; the value is JSON, @file or -')
    .addHelpText('after', examples('seedcore task signal order-7 approved \'{"by":"me"}\''))
    .action(async (id: string, name: string, argument: string | undefined, _, command: Command) => {
      const value = argument === undefined ? {} : { value: await jsonArgument(argument, sourcesOf(surroundings)) };
      await act(command, loadRepairs, (tools, { signalTask }) => signalTask({ id, name, ...value }, tools));
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
