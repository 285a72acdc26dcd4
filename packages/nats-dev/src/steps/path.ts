import { delimiter, join } from 'node:path';
import type { Outcome } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { programName } from '../release-archive.ts';
import { readVersion } from './read-version.ts';

/** The folders a server may be installed in: those of `PATH`, then the usual ones. */
export function usualFolders({ env, platform, home }: Pick<Machine, 'env' | 'platform' | 'home'>): string[] {
  const onPath = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const usual =
    platform === 'win32'
      ? [join(home, 'scoop', 'shims'), join(home, 'go', 'bin')]
      : ['/usr/local/bin', '/usr/sbin', '/opt/homebrew/bin', join(home, 'go', 'bin')];
  return [...new Set([...onPath, ...usual])];
}

/** Uses a server installed on this machine; one that is too old is noted and passed over. */
export async function fromPath(machine: Machine): Promise<Outcome> {
  const problems: string[] = [];
  for (const folder of usualFolders(machine)) {
    const path = join(folder, programName(machine.platform));
    if (!(await machine.isProgram(path))) continue;
    const binary = await readVersion(machine, path);
    if (!('why' in binary)) return { found: binary, how: `installed on this machine: ${path}` };
    problems.push(binary.why);
  }
  return { why: problems.length > 0 ? problems.join('; ') : 'not on the PATH nor in the usual folders' };
}
