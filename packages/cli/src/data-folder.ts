import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError } from './exit-code.ts';
import { type MeshState, parseState } from './supervisor/state-file.ts';

/** The root of this repository. */
export const root = resolve(fileURLToPath(new URL('../../../', import.meta.url)));

/** Where `up` keeps its data: `--data`, else `SEEDCORE_DATA`, else `.seedcore` in the repository. */
export function dataFolder(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  return resolve(flag || env['SEEDCORE_DATA'] || join(root, '.seedcore'));
}

/** The state an `up` left in a data folder; `undefined` when there is none. */
export function readState(folder: string): MeshState | undefined {
  try {
    return parseState(readFileSync(stateFile(folder), 'utf8'));
  } catch {
    return undefined; // no file, no state
  }
}

/** Writes the state so that a reader sees the old one or the new one, never half of one. */
export function writeState(folder: string, state: MeshState): void {
  const beside = `${stateFile(folder)}.new`;
  // The address of the broker may hold a password: for this user's eyes only.
  writeFileSync(beside, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(beside, stateFile(folder));
}

/** Forgets the state once nothing runs any more. */
export function removeState(folder: string): void {
  rmSync(stateFile(folder), { force: true });
}

/**
 * Makes the data folder with its folder for logs, and tries whether it can be written.
 *
 * @throws CommandError naming the folder, the reason and the way out
 */
export function prepareFolder(folder: string): string {
  const logs = join(folder, 'logs');
  try {
    mkdirSync(logs, { recursive: true });
    const probe = join(folder, '.writable');
    writeFileSync(probe, '');
    rmSync(probe);
    return logs;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`the data folder ${folder} cannot be written (${why}); choose another: --data DIR`, 1, {
      cause,
    });
  }
}

function stateFile(folder: string): string {
  return join(folder, 'up.json');
}
