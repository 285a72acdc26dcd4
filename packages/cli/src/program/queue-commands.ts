import type { Command } from 'commander';
import type { PauseFlags } from '../commands/queue.ts';
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
}
