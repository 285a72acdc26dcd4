import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readText } from './data-folder.ts';

/** True when a process has come to a stop after SIGSTOP, with all its threads: until then some may still answer. */
export function isStopped(pid: number): boolean {
  if (process.platform === 'linux') return threads(pid).every((stat) => /\) [Tt] /.test(stat));
  const state = execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 });
  return state.trim().startsWith('T');
}

/** The states of all threads as Linux tells them; one that has ended says nothing. */
function threads(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).flatMap((thread) => readText(`${folder}/${thread}/stat`) ?? []);
}
