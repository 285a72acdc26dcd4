import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The command line of a living process, words separated by spaces; `undefined` when there is no such process. */
export function commandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
    return askSystem(pid).trim() || undefined;
  } catch {
    return undefined; // no such process
  }
}

function askSystem(pid: number): string {
  const options: ExecFileSyncOptionsWithStringEncoding = {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  if (process.platform !== 'win32') return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], options);
  const script = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
  return execFileSync('powershell', ['-NoProfile', '-Command', script], options);
}
