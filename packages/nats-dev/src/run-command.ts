import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandOptions, CommandResult } from './machine.ts';

const maxOutput = 4 * 1024 * 1024;

/** Runs a program without a shell and gathers its output (the last 4 MB of it); never rejects. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    const stdout = gather(child.stdout);
    const stderr = gather(child.stderr);
    child.once('error', (error) => resolve({ code: undefined, stdout: '', stderr: error.message }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 1, stdout: stdout(), stderr: signal ? `${stderr()}\nstopped by ${signal}` : stderr() }),
    );
  });
}

function gather(stream: ChildProcess['stdout']): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-maxOutput);
  });
  return () => text;
}
