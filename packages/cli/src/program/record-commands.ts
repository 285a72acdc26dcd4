import type { Command } from 'commander';
import type { TaskTools } from '../commands/task-tools.ts';
import { withMesh } from '../connection.ts';
import type { ExitCode } from '../exit-code.ts';
import type { GlobalOptions } from '../surroundings.ts';
import { examples, type ProgramParts } from './parts.ts';

/** Adds what explains calls that are over: `why`, `replay`, `record`. */
export function addRecords(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  const run = async (command: Command, use: (tools: TaskTools) => Promise<ExitCode>): Promise<void> => {
    const options = command.optsWithGlobals<GlobalOptions>();
    finished(await withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh })));
  };
  seedcore
    .command('why <id>')
    .description('why a call failed: every decision on its way; id of a call, or of a trace as errors name it')
    .addHelpText(
      'after',
      examples('seedcore why 4bf92f3577b34da6a3ce929d0e0e4736', 'seedcore why 01jdz7x8k2m3n4p5q6r7s8t9va --json'),
    )
    .action(async (id: string, _, command: Command) => {
      const { why } = await import('../commands/why.ts');
      await run(command, (tools) => why(id, tools));
    });
  seedcore
    .command('replay <id>')
    .description('ask once more what a recorded call asked, where asking twice does no harm')
    .option('--instance <instance>', 'at this instance and no other')
    .addHelpText(
      'after',
      examples(
        'seedcore replay 01jdz7x8k2m3n4p5q6r7s8t9va',
        'seedcore replay 01jdz7x8k2m3n4p5q6r7s8t9va --instance ml-k3j2h1g0',
      ),
    )
    .action(async (id: string, _, command: Command) => {
      const { replay } = await import('../commands/replay.ts');
      const { instance } = command.opts<{ instance?: string }>();
      await run(command, (tools) => replay({ id, instance }, tools));
    });
  seedcore
    .command('record <id>')
    .description('a recorded call as a JSON case for a test')
    .addHelpText('after', examples('seedcore record 01jdz7x8k2m3n4p5q6r7s8t9va > case.json'))
    .action(async (id: string, _, command: Command) => {
      const { recordCase } = await import('../commands/replay.ts');
      await run(command, (tools) => recordCase(id, tools));
    });
}
