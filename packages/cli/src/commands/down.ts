import { runningMesh } from '../connection.ts';
import { dataFolder, readState, removeState } from '../data-folder.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { duration } from '../output/quantity.ts';
import { endProcess, gone } from '../supervisor/leftovers.ts';
import type { MeshState } from '../supervisor/state-file.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** `up` needs this long at most: its services finish, then the broker. */
const patienceMs = 60_000;

/** Stops the mesh of this machine and waits until it is gone; nothing to stop is fine, too. */
export async function down(options: GlobalOptions, surroundings: Surroundings): Promise<ExitCode> {
  const folder = dataFolder(options.data, surroundings.env);
  const { clock, out } = surroundings;
  const running = runningMesh(options, surroundings.env);
  const began = clock.now();
  if (!running) return sweep(folder, surroundings);
  process.kill(running.supervisor.pid, 'SIGTERM');
  if (!(await gone(running.supervisor, clock, patienceMs))) {
    throw new CommandError(
      `process ${running.supervisor.pid} has not ended after ${duration(patienceMs)}; see its output`,
    );
  }
  out(`The mesh in ${folder} has finished and stopped in ${duration(clock.now() - began)}.`);
  return exitCodes.ok;
}

/** Ends what a supervisor that was killed left behind. */
async function sweep(folder: string, { clock, out }: Surroundings): Promise<ExitCode> {
  const left: MeshState | undefined = readState(folder);
  const ended = await Promise.all((left?.processes ?? []).map((one) => endProcess(one, clock, 10_000)));
  if (left) removeState(folder);
  if (ended.includes(false))
    throw new CommandError(`some processes of ${folder} could not be ended; see "seedcore ps"`);
  out(
    left
      ? `The mesh in ${folder} had lost its supervisor; what was left of it has ended.`
      : `No mesh runs in ${folder}.`,
  );
  return exitCodes.ok;
}
