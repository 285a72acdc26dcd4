import { type Command, Option } from 'commander';
import type { UpOptions } from '../commands/up.ts';
import type { GlobalOptions } from '../surroundings.ts';
import { examples, type ProgramParts } from './parts.ts';

/** Adds what concerns the mesh of this machine: `up`, `down`, `ps`. */
export function addMachine(seedcore: Command, { surroundings, finished }: ProgramParts): void {
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
        import('../commands/up.ts'),
        import('../supervisor/stop-signals.ts'),
      ]);
      finished(await up(command.optsWithGlobals<UpOptions>(), surroundings, stopSignals(surroundings.clock)));
    });
  seedcore
    .command('down')
    .description('stop the mesh of this machine, after it has finished what is under way')
    .action(async (_, command: Command) => {
      const { down } = await import('../commands/down.ts');
      finished(await down(command.optsWithGlobals<GlobalOptions>(), surroundings));
    });
  seedcore
    .command('ps')
    .description('the processes of the mesh of this machine')
    .action(async (_, command: Command) => {
      const { ps } = await import('../commands/ps.ts');
      finished(ps(command.optsWithGlobals<GlobalOptions>(), surroundings));
    });
}
