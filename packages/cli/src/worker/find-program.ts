import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { CommandError, exitCodes } from '../exit-code.ts';

/**
 * The file a command means: a path, or a name in one of the folders of `path`.
 *
 * @throws CommandError when there is none that may be executed
 */
export function findProgram(command: string, path: string | undefined): string {
  const places = command.includes('/')
    ? [resolve(command)]
    : (path ?? '').split(delimiter).map((folder) => join(folder, command));
  const found = places.find(mayRun);
  if (found !== undefined) return found;
  const where = command.includes('/')
    ? 'there is no such file, or it may not be executed'
    : 'no such program on the PATH';
  throw new CommandError(`--exec ${command}: ${where}`, exitCodes.usage);
}

function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not for us
  }
}
