import type { Command } from 'commander';
import type { PauseFlags } from '../commands/queue.ts';
import type { RedriveAllFlags } from '../commands/repair.ts';
import { asDuration, examples, type ProgramParts, withTools } from './parts.ts';

/** Adds the queues: `queue` and its subcommands. */
export function addQueues(seedcore: Command, parts: ProgramParts): void {
  const queue = seedcore.command('queue').description('where tasks wait: how many, and whether they are begun');
  const act = withTools(parts);
  const load = () => import('../commands/queue.ts');
  queue
    .command('ls')
    .description('how much waits and runs in each queue, and which stand still')
    .action(async (_, command: Command) => {
      await act(command, load, (tools, { listQueues }) => listQueues(tools));
    });
  queue
    .command('pause <queue>')
    .description('begin no task of a queue; what runs goes on, new tasks are accepted')
    .requiredOption('--reason <text>', 'why, for whoever looks')
    .option('--author <name>', 'who asks for it')
    .option('--for <duration>', 'until it is resumed when left out', asDuration)
    .addHelpText(
      'after',
      examples("seedcore queue pause utility_organ_1 --reason 'a sensor is being replaced' --for 30m"),
    )
    .action(async (name: string, flags: PauseFlags, command: Command) => {
      await act(command, load, (tools, { pauseQueue }) => pauseQueue(name, flags, tools));
    });
  queue
    .command('resume <queue>')
    .description('begin the tasks of a paused queue again')
    .action(async (name: string, _, command: Command) => {
      await act(command, load, (tools, { resumeQueue }) => resumeQueue(name, tools));
    });
  queue
    .command('redrive <queue>')
    .description('give the dead letters of a queue another life, the oldest first')
    .option('--type <type>', 'only of this type')
    .option('--reason <reason>', 'only those that died for this reason, as attempts_spent')
    .option('--before <time>', 'only those that died before, as 2026-11-22T10:00:00Z')
    .option('--from-step <step>', 'keep what the steps before this one gave')
    .option('--limit <count>', 'so many at most, up to 100 (default: 100)', Number)
    .option('--dry-run', 'say which, and touch nothing')
    .addHelpText('after', examples('seedcore queue redrive utility_organ_1 --type wait --dry-run'))
    .action(async (name: string, flags: RedriveAllFlags, command: Command) => {
      await act(
        command,
        () => import('../commands/repair.ts'),
        (tools, { redriveQueue }) => redriveQueue(name, flags, tools),
      );
    });
}
