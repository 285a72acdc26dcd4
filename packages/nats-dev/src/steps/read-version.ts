import type { ServerBinary } from '../found-server.ts';
import type { Machine } from '../machine.ts';
import { parseVersion, tooOld } from '../version.ts';

/** Asks a program for its version (2 s at most): the usable binary, or why it is not one. */
export async function readVersion(machine: Machine, path: string): Promise<ServerBinary | { readonly why: string }> {
  const ran = await machine.run(path, ['--version'], { timeoutMs: 2000 });
  const version = ran.code === 0 ? parseVersion(ran.stdout) : undefined;
  const why = tooOld(version);
  if (why !== undefined || !version) return { why: `${path}: ${why}` };
  return { kind: 'binary', path, version };
}
