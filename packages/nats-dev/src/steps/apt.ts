import { join } from 'node:path';
import { type AptMirror, aptMirror, candidateOf, privateApt, sourceLine } from '../apt-sources.ts';
import type { Outcome } from '../found-server.ts';
import { lastLine } from '../last-lines.ts';
import type { Machine } from '../machine.ts';
import { parseVersion, tooOld } from '../version.ts';
import { serversFolder } from './cache.ts';
import { keep } from './keep.ts';

/** One apt set-up: the options that select it, and its name for people. */
interface Source {
  readonly options: readonly string[];
  readonly name: string;
}

/**
 * Takes nats-server from the machine's own package sources, else from a newer suite of the same mirror. apt checks
 * every signature; its state lives in a scratch folder, so it needs no root and installs nothing.
 */
export async function fromApt(machine: Machine): Promise<Outcome> {
  const apt = await machine.run('apt-get', ['--version'], { timeoutMs: 10_000 });
  if (apt.code !== 0) return { why: 'apt is not installed' };
  return machine.scratch(await serversFolder(machine), async (folder) => {
    const own = await fromSource(machine, folder, { options: [], name: 'the installed release' });
    if (!('why' in own)) return own;
    const newer = await fromNewerSuites(machine, folder);
    return 'why' in newer ? { why: `${own.why}; ${newer.why}` } : newer;
  });
}

async function fromNewerSuites(machine: Machine, folder: string): Promise<Outcome> {
  await prepare(machine, folder);
  const uris = await machine.run('apt-get', [...privateApt(folder), 'update', '--print-uris'], { timeoutMs: 10_000 });
  const mirror = aptMirror((await machine.readText('/etc/os-release')) ?? '', uris.stdout);
  if (!mirror) return { why: 'no Debian or Ubuntu mirror among the package sources' };
  const problems: string[] = [];
  for (const suite of mirror.suites) {
    const outcome = await fromSuite(machine, join(folder, suite), { mirror, suite });
    if (!('why' in outcome)) return outcome;
    problems.push(outcome.why);
  }
  return { why: problems.join('; ') };
}

async function fromSuite(
  machine: Machine,
  folder: string,
  { mirror, suite }: { readonly mirror: AptMirror; readonly suite: string },
): Promise<Outcome> {
  await prepare(machine, folder);
  const sources = join(folder, 'sources.list');
  const keyring = (await machine.readText(mirror.keyring)) === undefined ? undefined : mirror.keyring;
  await machine.writeText(sources, sourceLine(mirror, suite, keyring));
  const options = privateApt(folder, sources);
  machine.report(`looking for nats-server in ${suite} of ${mirror.uri}`);
  const updated = await machine.run('apt-get', [...options, '-q', 'update'], { timeoutMs: 120_000 });
  if (updated.code !== 0) return { why: `${suite}: ${lastLine(updated.stderr) || 'apt-get update failed'}` };
  return fromSource(machine, folder, { options, name: suite });
}

/** apt wants its folders to exist. */
async function prepare(machine: Machine, folder: string): Promise<void> {
  for (const name of ['state', 'lists/partial', 'cache/archives/partial']) await machine.makeFolder(join(folder, name));
}

async function fromSource(machine: Machine, folder: string, { options, name }: Source): Promise<Outcome> {
  const policy = await machine.run('apt-cache', [...options, 'policy', 'nats-server'], { timeoutMs: 30_000 });
  const candidate = candidateOf(policy.stdout);
  if (!candidate) return { why: `${name} has no nats-server` };
  const why = tooOld(parseVersion(candidate));
  if (why) return { why: `${name} has ${candidate}` };
  const got = await machine.run('apt-get', [...options, '-q', 'download', 'nats-server'], {
    timeoutMs: 120_000,
    cwd: folder,
  });
  const deb = (await machine.list(folder)).find((file) => file.endsWith('.deb'));
  if (got.code !== 0 || !deb) return { why: `${name}: ${lastLine(got.stderr) || 'apt-get download failed'}` };
  return unpack(machine, join(folder, deb), `package ${candidate} of ${name}, signature checked by apt`);
}

async function unpack(machine: Machine, deb: string, how: string): Promise<Outcome> {
  const root = `${deb}.root`;
  const unpacked = await machine.run('dpkg-deb', ['-x', deb, root], { timeoutMs: 60_000 });
  if (unpacked.code !== 0) return { why: `dpkg-deb: ${lastLine(unpacked.stderr) || 'failed'}` };
  for (const folder of ['usr/sbin', 'usr/bin']) {
    const file = join(root, folder, 'nats-server');
    if (await machine.isProgram(file)) return keep(machine, { file, how });
  }
  return { why: 'the package holds no nats-server program' };
}
