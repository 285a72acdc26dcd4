import { join } from 'node:path';
import type { Outcome } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { programName } from '../release-archive.ts';
import { isAtLeast, parseVersion, type Version } from '../version.ts';
import { readVersion } from './read-version.ts';

/** The folder all fetched servers live in, one folder per version. */
export async function serversFolder(machine: Machine): Promise<string> {
  return join(await machine.cacheFolder(), 'nats-server');
}

/** Uses the newest server fetched earlier. */
export async function fromCache(machine: Machine): Promise<Outcome> {
  const folder = await serversFolder(machine);
  const versions = (await machine.list(folder)).flatMap((name) => {
    const version = /^\d+\.\d+\.\d+$/.test(name) ? parseVersion(name) : undefined;
    return version ? [{ name, version }] : [];
  });
  const problems: string[] = [];
  for (const { name } of versions.sort((a, b) => newestFirst(a.version, b.version))) {
    const binary = await readVersion(machine, join(folder, name, programName(machine.platform)));
    if (!('why' in binary)) return { found: binary, how: `fetched earlier: ${binary.path}` };
    problems.push(binary.why);
  }
  return { why: problems.length > 0 ? problems.join('; ') : `nothing in ${folder}` };
}

function newestFirst(a: Version, b: Version): number {
  return isAtLeast(a, b) ? -1 : 1;
}
