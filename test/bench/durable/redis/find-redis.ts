import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { privateApt } from '@seedcore/nats-dev';
import { run } from '../../../support/program.ts';

/** A Redis or Valkey server, and where the libraries are that came with it. */
export type RedisProgram = { readonly path: string; readonly libraries?: string };

const PROGRAMS = ['valkey-server', 'redis-server'] as const;

/** The program `SEEDCORE_REDIS_SERVER` names, else one on `PATH`, else the package of this Debian or Ubuntu. */
export async function findRedis(): Promise<RedisProgram> {
  const named = process.env['SEEDCORE_REDIS_SERVER'];
  if (named !== undefined) return { path: named };
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  return path === undefined ? fromPackage() : { path };
}

/** apt checks the signatures; nothing is installed, no root is needed, and what was fetched is kept. */
async function fromPackage(): Promise<RedisProgram> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'seedcore', 'bench');
  const kept = join(cache, 'redis');
  if (existsSync(kept)) return programIn(kept);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    await unpackPackage(folder);
    await programIn(join(folder, 'root'));
    await rename(join(folder, 'root'), kept);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return programIn(kept);
}

async function unpackPackage(folder: string): Promise<void> {
  for (const name of ['state', 'lists/partial', 'cache/archives/partial', 'root'])
    await mkdir(join(folder, name), { recursive: true });
  const apt = [...privateApt(folder), '-o', 'Debug::NoLocking=1', '-q', '-y'];
  await must('apt-get', [...apt, 'update']);
  const valkey = await run('apt-cache', [...privateApt(folder), 'show', 'valkey-server']);
  const wanted = valkey.code === 0 ? 'valkey-server' : 'redis-server';
  await must('apt-get', [...apt, '--no-install-recommends', '--download-only', 'install', wanted]);
  const archives = join(folder, 'cache', 'archives');
  for (const name of (await readdir(archives)).filter((file) => file.endsWith('.deb')))
    await must('dpkg-deb', ['-x', join(archives, name), join(folder, 'root')]);
}

async function programIn(root: string): Promise<RedisProgram> {
  const path = PROGRAMS.map((name) => join(root, 'usr', 'bin', name)).find(existsSync);
  if (path === undefined) throw new Error(`${root}: the package holds no server program`);
  const lib = join(root, 'usr', 'lib');
  const machine = existsSync(lib) ? (await readdir(lib)).find((name) => name.endsWith('-linux-gnu')) : undefined;
  return machine === undefined ? { path } : { path, libraries: join(lib, machine) };
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args, { env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } });
  const advice = 'install valkey-server or redis-server, or name one in SEEDCORE_REDIS_SERVER';
  if (code !== 0) throw new Error(`${command} ${args.at(-1)}: ${stderr.trim().slice(-500)}\n${advice}`);
}
