import { constants } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolders } from './cache-folder.ts';
import { monotonicMs } from './clock-node.ts';
import { readGreeting } from './greeting.ts';
import type { Machine } from './machine.ts';
import { progressBar, tenths } from './progress-bar.ts';
import type { Environment } from './proxy.ts';
import { reasonOf } from './reason.ts';
import { runCommand } from './run-command.ts';

/** Where the resolver writes what it does: whole lines, and a line that is replaced while a download runs. */
export interface Reporter {
  line(text: string): void;
  /** Absent where nothing can be overwritten (a file, a pipe): then a line per tenth is printed. */
  transient?(text: string): void;
}

/** This machine, as the resolver sees it. */
export function nodeMachine(env: Environment, reporter: Reporter): Machine {
  const home = env['HOME'] || env['USERPROFILE'] || homedir();
  let cache: Promise<string> | undefined;
  return {
    env,
    platform: process.platform,
    arch: process.arch,
    home,
    run: (command, args, options) => runCommand(command, args, { ...options, env: { ...env, ...options.env } }),
    readText: (path) => readFile(path, 'utf8').catch(() => undefined),
    isProgram,
    list: (folder) => readdir(folder).catch(() => []),
    async download(url) {
      // Hardly ever needed, and HTTP is dear to import for every command that only looks at a server.
      const { download } = await import('./download.ts');
      return download(url, { env, onProgress: progressOf(reporter) });
    },
    greeting,
    cacheFolder: () => {
      cache ??= privateFolder(
        cacheFolders({ env, platform: process.platform, home, temporary: tmpdir(), user: userName() }),
      );
      return cache;
    },
    scratch,
    install,
    writeText: (path, text) => writeFile(path, text),
    makeFolder: async (path) => {
      await mkdir(path, { recursive: true });
    },
    report: (text) => reporter.line(text),
  };
}

function userName(): string {
  return String(process.getuid?.() ?? userInfo().username);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false; // not there, or not for this user: both mean it cannot be run
  }
}

async function greeting(url: string, timeoutMs: number): Promise<string> {
  const answer = await readGreeting(url, timeoutMs);
  if (answer.kind !== 'nats') throw new Error('something listens there that is not a NATS server');
  return answer.info;
}

/** The first of `folders` that can be made and that nobody else can write to. */
async function privateFolder(folders: readonly string[]): Promise<string> {
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
      const { uid, mode } = await stat(folder);
      if (process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)) return folder;
      problems.push(`${folder}: others can write to it`);
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  throw new Error(`no folder for downloads: ${problems.join('; ')}`);
}

async function scratch<T>(parent: string, fill: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, '.partial-'));
  try {
    return await fill(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Written beside the target, then renamed onto it: two installs at once leave one whole program. */
async function install(program: { file: string } | { bytes: Uint8Array }, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await scratch(dirname(target), async (folder) => {
    const beside = join(folder, 'program');
    if ('file' in program) await copyFile(program.file, beside);
    else await writeFile(beside, program.bytes);
    await chmod(beside, 0o755);
    await rename(beside, target);
  });
}

function progressOf(reporter: Reporter): (progress: { received: number; total?: number }) => void {
  const started = monotonicMs();
  let shown = 0;
  return ({ received, total }) => {
    const text = progressBar({ received, total, elapsedMs: monotonicMs() - started });
    if (reporter.transient) return reporter.transient(text);
    const reached = tenths({ received, total });
    if (reached > shown) reporter.line(text);
    shown = Math.max(shown, reached);
  };
}
