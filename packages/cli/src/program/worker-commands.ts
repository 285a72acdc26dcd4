import type { Command } from 'commander';
import type { WorkerFlags } from '../commands/worker.ts';
import { withMesh } from '../connection.ts';
import type { GlobalOptions } from '../surroundings.ts';
import { asDuration, examples, type ProgramParts } from './parts.ts';

const protocol = `
The program gets the params of a task as JSON on standard input, and SEEDCORE_TASK_ID, _TYPE, _GENERATION, _ATTEMPT, _EPOCH
and _DEADLINE in its environment. Standard output is the result: JSON, or nothing; at most 64 KiB. Standard error goes to the
log, 1,000 lines of each attempt, and to whoever watches the task.

  it ends with   0          done
                 75         not now: tried again after a pause, five times in all
                 a signal   tried again likewise
                 other      failed; the last line on standard error says why
  it is sent     SIGTERM    the task was cancelled, its deadline or --run is over, or the worker ends; SIGKILL 2 s later

A program that was started for a task may be started for it again, here or elsewhere, when this process dies: what it does to
the outside world it should do under SEEDCORE_TASK_ID as idempotency key.`;

/** Adds `worker`: a program as the worker of a queue. */
export function addWorker(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  seedcore
    .command('worker <queue> [arguments...]')
    .description('run a program for each task of a queue, until Ctrl-C; arguments go to the program')
    .requiredOption('--exec <program>', 'a path, or a name on the PATH')
    .option('--slots <count>', 'programs at a time (default: 4)')
    .option('--run <duration>', 'how long one may run, as 30s or 2m (default: 10m)', asDuration)
    .addHelpText('after', protocol)
    .addHelpText(
      'after',
      examples('seedcore worker vision --exec ./vision.sh', 'seedcore worker numbers --exec jq -- .n*2'),
    )
    .action(async (queue: string, args: string[], flags: WorkerFlags, command: Command) => {
      const [{ execJob, work }, { stopSignals }] = await Promise.all([
        import('../commands/worker.ts'),
        import('../supervisor/stop-signals.ts'),
      ]);
      const options = command.optsWithGlobals<GlobalOptions>();
      const job = execJob(queue, { args, flags, path: surroundings.env['PATH'] });
      const signals = stopSignals(surroundings.clock);
      finished(await withMesh(options, surroundings, (mesh) => work(job, { options, surroundings, mesh }, signals)));
    });
}
