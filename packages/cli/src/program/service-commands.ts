import type { Command } from 'commander';
import { jsonArgument } from '../arguments/json-argument.ts';
import type { TaskTools } from '../commands/task-tools.ts';
import { withMesh } from '../connection.ts';
import type { GlobalOptions } from '../surroundings.ts';
import { asDuration, examples, type ProgramParts, sourcesOf } from './parts.ts';

/** Adds what concerns services, whoever runs them: `ls`, `info`, `call`, `knobs`, `doctor`. */
export function addServices(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  const onMesh = <T>(command: Command, use: (tools: TaskTools) => Promise<T>): Promise<T> => {
    const options = command.optsWithGlobals<GlobalOptions>();
    return withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh }));
  };
  seedcore
    .command('ls')
    .description('the services that are there, whoever runs them')
    .action(async (_, command: Command) => {
      const { ls } = await import('../commands/ls.ts');
      finished(await onMesh(command, ({ options, mesh }) => ls(options, surroundings, mesh)));
    });
  seedcore
    .command('info <service> [endpoint]')
    .description('a service: instances and endpoints; or an endpoint: fields and an example')
    .addHelpText('after', examples('seedcore info ml', 'seedcore info ml detect_anomaly'))
    .action(async (service: string, endpoint: string | undefined, _, command: Command) => {
      const { info } = await import('../commands/info.ts');
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
      const { call } = await import('../commands/call.ts');
      const { timeout: timeoutMs } = command.opts<{ timeout?: number }>();
      const input = await jsonArgument(argument, sourcesOf(surroundings));
      finished(await onMesh(command, (tools) => call({ service, endpoint, input, timeoutMs }, tools)));
    });
  seedcore
    .command('knobs [knob]')
    .description(
      'what can be changed while everything runs, how, and what is set; exits 1 when something set is not used',
    )
    .addHelpText('after', examples('seedcore knobs', 'seedcore knobs deadline_ms'))
    .action(async (knob: string | undefined, _, command: Command) => {
      const { knobs } = await import('../commands/knobs.ts');
      finished(await knobs(knob, command.optsWithGlobals<GlobalOptions>(), surroundings));
    });
  seedcore
    .command('doctor')
    .description('what is wrong right now, each with a remedy; exits 1 when something is')
    .action(async (_, command: Command) => {
      const { doctor } = await import('../commands/doctor.ts');
      finished(await onMesh(command, ({ options, mesh }) => doctor(options, surroundings, mesh)));
    });
}
