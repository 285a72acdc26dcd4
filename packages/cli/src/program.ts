import { Command } from 'commander';
import { addMachine } from './program/machine-commands.ts';
import { addNew } from './program/new-commands.ts';
import type { ProgramParts } from './program/parts.ts';
import { addQueues } from './program/queue-commands.ts';
import { addRecords } from './program/record-commands.ts';
import { addServices } from './program/service-commands.ts';
import { addTasks } from './program/task-commands.ts';
import { addWorker } from './program/worker-commands.ts';

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
  addQueues(seedcore, parts);
  addWorker(seedcore, parts);
  addNew(seedcore, parts);
  addRecords(seedcore, parts);
  return seedcore;
}
