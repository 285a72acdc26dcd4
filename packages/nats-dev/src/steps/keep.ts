import { join } from 'node:path';
import type { Outcome } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { programName } from '../release-archive.ts';
import { formatVersion } from '../version.ts';
import { serversFolder } from './cache.ts';
import { readVersion } from './read-version.ts';

/** A program a step has fetched, and how, in words. */
export interface Fetched {
  readonly file: string;
  readonly how: string;
}

/** Tries a fetched program and, when it is good, puts it into the cache under its version. */
export async function keep(machine: Machine, { file, how }: Fetched): Promise<Outcome> {
  const tried = await readVersion(machine, file);
  if ('why' in tried) return tried;
  const target = join(await serversFolder(machine), formatVersion(tried.version), programName(machine.platform));
  await machine.install({ file }, target);
  return { found: { ...tried, path: target }, how };
}
