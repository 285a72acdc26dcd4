import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jsonArgument } from './arguments/json-argument.ts';
import { type TaskFlags, taskSpec } from './arguments/task-spec.ts';
import type { ListFlags, TaskTools } from './commands/task.ts';
import type { UpOptions } from './commands/up.ts';
import { withMesh } from './connection.ts';
import type { ExitCode } from './exit-code.ts';
import { parseDuration } from './output/quantity.ts';
import type { GlobalOptions, Surroundings } from './surroundings.ts';

/** What runs a command: the surroundings, and where its exit code goes. */
export interface ProgramParts {
  readonly surroundings: Surroundings;
  finished(code: ExitCode): void;
}

const exits = `
Exit codes: 0 done · 1 failed, or something is wrong · 2 done, but degraded · 64 not understood · 69 cannot be reached`;

/** The whole command line. Commands are loaded when they run, so that each starts fast. */
export function program(parts: ProgramParts): Command {
  const seedcore = new Command('seedcore')
    .description('Runs, shows and uses a SeedCore mesh.')
    .option('--json', 'results for machines: one line of JSON', false)
    .option('--ns <namespace>', 'namespace of the mesh (default: SEEDCORE_NS, else seedcore-dev)')
    .option('--server <url>', 'NATS server (default: NATS_URL, else the mesh started here, else 127.0.0.1:4222)')
    .option('--data <dir>', 'data folder of the mesh on this machine (default: SEEDCORE_DATA, else .seedcore)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', exits)
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError()
    .enablePositionalOptions(false);
  addMachine(seedcore, parts);
  addServices(seedcore, parts);
  addTasks(seedcore, parts);
  return seedcore;
}

function addMachine(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  seedcore
    .command('up')
    .description('start the mesh of this machine and stay until Ctrl-C')
    .option('--services <list>', 'only these services, as ml,state')
    .option('--nats <url>', 'use this NATS server, start none')
    .option(
      '--port <number>',
      'listen on this port and no other; 0 for any free one (default: 4222, else the next free one)',
    )
    .option('--bare', 'without the sample')
    .addOption(
      new Option('--log-level <level>', 'of the services').choices(['trace', 'debug', 'info', 'warn', 'error']),
    )
    .option('-v, --verbose', 'show the logs of the services, and why this nats-server')
    .addHelpText('after', examples('seedcore up', 'seedcore up --bare --services ml,state --nats nats://10.0.0.5:4222'))
    .action(async (_, command: Command) => {
      const [{ up }, { stopSignals }] = await Promise.all([
        import('./commands/up.ts'),
        import('./supervisor/stop-signals.ts'),
      ]);
      finished(await up(command.optsWithGlobals<UpOptions>(), surroundings, stopSignals(surroundings.clock)));
    });
  seedcore
    .command('down')
    .description('stop the mesh of this machine, after it has finished what is under way')
    .action(async (_, command: Command) => {
      const { down } = await import('./commands/down.ts');
      finished(await down(command.optsWithGlobals<GlobalOptions>(), surroundings));
    });
  seedcore
    .command('ps')
    .description('the processes of the mesh of this machine')
    .action(async (_, command: Command) => {
      const { ps } = await import('./commands/ps.ts');
      finished(ps(command.optsWithGlobals<GlobalOptions>(), surroundings));
    });
}

function addServices(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  const onMesh = <T>(command: Command, use: (tools: TaskTools) => Promise<T>): Promise<T> => {
    const options = command.optsWithGlobals<GlobalOptions>();
    return withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh }));
  };
  seedcore
    .command('ls')
    .description('the services that are there, whoever runs them')
    .action(async (_, command: Command) => {
      const { ls } = await import('./commands/ls.ts');
      finished(await onMesh(command, ({ options, mesh }) => ls(options, surroundings, mesh)));
    });
  seedcore
    .command('info <service> [endpoint]')
    .description('a service: instances and endpoints; or an endpoint: fields and an example')
    .addHelpText('after', examples('seedcore info ml', 'seedcore info ml detect_anomaly'))
    .action(async (service: string, endpoint: string | undefined, _, command: Command) => {
      const { info } = await import('./commands/info.ts');
      finished(await onMesh(command, (tools) => info({ service, endpoint }, tools)));
    });
  seedcore
    .command('call <service> <endpoint> [input]')
    .description('call an endpoint; input is JSON, @file, or - for standard input')
    .option('--timeout <duration>', 'how long to wait, as 30s (default: the deadline of the endpoint)', asDuration)
    .addHelpText(
      'after',
      examples(
        'seedcore call ml detect_anomaly \'{"data":[1,1,2,1,9]}\'',
        'seedcore call state search_facts @query.json',
      ),
    )
    .action(async (service: string, endpoint: string, argument: string | undefined, _, command: Command) => {
      const { call } = await import('./commands/call.ts');
      const { timeout: timeoutMs } = command.opts<{ timeout?: number }>();
      const input = await jsonArgument(argument, sourcesOf(surroundings));
      finished(await onMesh(command, (tools) => call({ service, endpoint, input, timeoutMs }, tools)));
    });
  seedcore
    .command('doctor')
    .description('what is wrong right now, each with a remedy; exits 1 when something is')
    .action(async (_, command: Command) => {
      const { doctor } = await import('./commands/doctor.ts');
      finished(await onMesh(command, ({ options, mesh }) => doctor(options, surroundings, mesh)));
    });
}

function addTasks(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  const task = seedcore.command('task').description('durable work: hand it in, follow it, repair it');
  const act = async (
    command: Command,
    use: (tools: TaskTools, commands: typeof import('./commands/task.ts')) => Promise<ExitCode>,
  ) => {
    const commands = await import('./commands/task.ts');
    const options = command.optsWithGlobals<GlobalOptions>();
    finished(await withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh }, commands)));
  };
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
  addRepairs(task, act);
}

type Act = (
  command: Command,
  use: (tools: TaskTools, commands: typeof import('./commands/task.ts')) => Promise<ExitCode>,
) => Promise<void>;

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

function sourcesOf({ standardInput }: Surroundings) {
  return { file: (path: string) => readFile(path, 'utf8'), standardInput };
}

function asDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it as 500ms, 30s or 2m.');
  return ms;
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
