import { join } from 'node:path';
import type { Outcome } from '../found-server.ts';
import { lastLine } from '../last-lines.ts';
import type { Machine } from '../machine.ts';
import { programName } from '../release-archive.ts';
import { floorGoVersion, formatVersion, isAtLeast, parseVersion, recommendedVersion } from '../version.ts';
import { serversFolder } from './cache.ts';
import { keep } from './keep.ts';

const module = `github.com/nats-io/nats-server/v2@v${formatVersion(recommendedVersion)}`;

/** Builds the recommended release with Go; Go's checksum database vouches for the source. */
export async function fromGo(machine: Machine): Promise<Outcome> {
  const go = await machine.run('go', ['version'], { timeoutMs: 10_000 });
  const version = go.code === 0 ? parseVersion(go.stdout) : undefined;
  if (!version) return { why: 'Go is not installed' };
  if (!isAtLeast(version, floorGoVersion)) {
    return { why: `Go is ${formatVersion(version)}, older than ${formatVersion(floorGoVersion)}` };
  }
  machine.report(`building nats-server with Go ${formatVersion(version)} (about a minute)`);
  return machine.scratch(await serversFolder(machine), async (folder) => {
    const built = await machine.run('go', ['install', module], {
      timeoutMs: 600_000,
      cwd: folder,
      env: { GOBIN: folder },
    });
    if (built.code !== 0) return { why: `go install ${module}: ${lastLine(built.stderr) || 'failed'}` };
    return keep(machine, { file: join(folder, programName(machine.platform)), how: `built with go install ${module}` });
  });
}
