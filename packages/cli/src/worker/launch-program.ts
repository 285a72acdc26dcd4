import { spawn } from 'node:child_process';
import { LineReader } from './line-reader.ts';
import { MAX_OUTPUT_BYTES, type ProgramEnd } from './program-end.ts';

/** What a program is given. */
export type ProgramInput = {
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  /** Hears each line on standard error. */
  readonly onLine: (line: string) => void;
};

/** A program that was started. */
export interface RunningProgram {
  /** Settles when it has ended and its output is closed. @throws Error when it could not be started */
  readonly ended: Promise<ProgramEnd>;
  /** To it and to what it has started. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a program. */
export type Launch = (input: ProgramInput) => RunningProgram;

/** Starts `command` in a process group of its own, so that a signal reaches what it has started as well. */
export function launcher(command: string, args: readonly string[]): Launch {
  return ({ stdin, env, onLine }) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: 'pipe', detached: true });
    const signal: RunningProgram['signal'] = (name) => {
      if (child.pid !== undefined) killGroup(child.pid, name);
    };
    child.stdin.on('error', () => undefined); // it does not want to know; how it ends tells
    child.stdin.end(stdin);
    const output = bounded(child.stdout, () => signal('SIGKILL'));
    let lastLine = '';
    const lines = new LineReader((line) => {
      lastLine = line;
      onLine(line);
    });
    child.stderr.on('data', (bytes: Buffer) => lines.push(bytes));
    const { promise, resolve, reject } = Promise.withResolvers<ProgramEnd>();
    child.once('error', reject);
    child.once('close', (code, ended) => {
      lines.end();
      const how = ended === null ? { code: code ?? 1 } : { signal: ended };
      resolve({ how, output: output.text(), tooMuch: output.tooMuch(), lastLine });
    });
    return { ended: promise, signal };
  };
}

/** Keeps what comes up to the limit; the first byte beyond it calls `over`. */
function bounded(stream: NodeJS.ReadableStream, over: () => void) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
    else over();
  });
  return { text: () => Buffer.concat(chunks).toString(), tooMuch: () => bytes > MAX_OUTPUT_BYTES };
}

function killGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error) || Reflect.get(error, 'code') !== 'ESRCH') throw error; // it had ended already
  }
}
