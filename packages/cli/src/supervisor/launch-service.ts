import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Mesh } from '@seedcore/mesh';
import { root } from '../data-folder.ts';
import type { LaunchedProcess } from './supervised-process.ts';

/** Where one service is started, and with what. */
export interface ServiceLaunch {
  readonly name: string;
  /** Id of this run on the mesh. */
  readonly instance: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Where lines go beside the log file; absent: nowhere. */
  readonly echo?: ((line: string) => void) | undefined;
}

/** The file a service is started from; part of its command line. */
export function entryOf(name: string): string {
  return join(root, 'services', name, 'src', 'main.ts');
}

/** Starts a service as a process of its own, out of reach of the terminal's Ctrl-C. */
export function launchService(launch: ServiceLaunch, mesh: () => Mesh): LaunchedProcess {
  const { name, instance, env, logFile, echo } = launch;
  const preload = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));
  const output = echo ? 'pipe' : openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', preload, entryOf(name)], {
    cwd: root,
    env: { ...process.env, ...env, SEEDCORE_INSTANCE: instance, SEEDCORE_SUPERVISOR: String(process.pid) },
    stdio: ['pipe', output, output],
    detached: true,
    windowsHide: true,
  });
  if (typeof output === 'number') closeSync(output);
  child.stdin?.on('error', () => undefined); // it has ended; `ended` tells
  if (echo) for (const stream of [child.stdout, child.stderr]) copyLines(stream, logFile, echo);
  return {
    pid: child.pid ?? 0,
    ended: endOf(child),
    signal: (signal) => child.kill(signal),
    isReady: () => isReady(mesh(), name, instance),
  };
}

function endOf(child: ChildProcess): LaunchedProcess['ended'] {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 1, signal: null }));
  });
}

function copyLines(stream: ChildProcess['stdout'], logFile: string, echo: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', (line) => {
    appendFileSync(logFile, `${line}\n`);
    echo(line);
  });
}

/** Asks the very instance that was started; whatever goes wrong, it is not ready yet. */
async function isReady(mesh: Mesh, name: string, instance: string): Promise<boolean> {
  try {
    return (await mesh.builtin(name, 'health', { instance, deadlineMs: 1000 }))['ready'] === true;
  } catch {
    return false;
  }
}
