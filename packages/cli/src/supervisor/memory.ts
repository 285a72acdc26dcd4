import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const pageBytes = 4096;

/** Memory a process holds (resident set), in bytes; `undefined` where this system does not tell. */
export function residentBytes(pid: number): number | undefined {
  try {
    if (process.platform === 'linux') return statmPages(readFileSync(`/proc/${pid}/statm`, 'utf8')) * pageBytes;
    if (process.platform === 'win32') return undefined;
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 })) * 1024;
  } catch {
    return undefined; // gone meanwhile
  }
}

/** The second number of `/proc/<pid>/statm`: resident pages. */
export function statmPages(statm: string): number {
  return Number(statm.split(' ')[1] ?? 0);
}
