import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS, until } from './until.ts';

/** Longest wait for the end of what a program printed that has ended, in ms. */
const HELD_OPEN_MS = 5_000;

/** Root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** How a program is started. */
export type ProgramOptions = {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** In a process group of its own, as a shell starts it. */
  readonly group?: boolean;
};

/** A program started by a test; what it printed is kept. */
export class Program {
  readonly child: ChildProcess;
  output = '';
  readonly #group: boolean;
  readonly #closed: Promise<void>;

  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    const { cwd = root, group = false } = options;
    const env = { ...process.env, NO_COLOR: '1', ...options.env };
    this.child = spawn(command, args, { cwd, env, detached: group, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#group = group;
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    this.#closed = new Promise((resolve) => this.child.once('close', () => resolve()));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Exit code once it has ended and what it printed has been read; a signal counts as 128. */
  async ended(): Promise<number> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    // What is in the pipe may be read after the exit is known; a process that it left behind may hold the pipe open.
    const read = new AbortController();
    await Promise.race([this.#closed, pause(HELD_OPEN_MS, undefined, { signal: read.signal }).catch(() => undefined)]);
    read.abort();
    return this.child.exitCode ?? 128;
  }

  /** Resolves when the output matches. */
  async printed(pattern: RegExp, ms = PATIENCE_MS): Promise<RegExpMatchArray> {
    const ended = () => this.child.exitCode !== null || this.child.signalCode !== null;
    return until(
      `output ${pattern}`,
      () => this.output.match(pattern) ?? (ended() ? this.#gone(pattern) : undefined),
      ms,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it printed:\n${this.output.slice(-3000)}`);
    });
  }

  /** Ends it for good, with all of its group where it has one, and waits for that. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.#signal(signal);
    return this.ended();
  }

  /** What a terminal does on Ctrl-C: every process of the group hears it. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#group) process.kill(-this.pid, signal);
    else this.child.kill(signal);
  }

  #gone(pattern: RegExp): undefined {
    const late = this.output.match(pattern);
    if (late === null)
      throw new Error(`ended with ${this.child.exitCode} before it printed ${pattern}:\n${this.output.slice(-3000)}`);
    return undefined;
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: '1', ...options.env };
  const child = spawn(command, args, { cwd: options.cwd ?? root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // A program that ends without reading what it is given has its reasons: what it prints and its code tell.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 128, stdout, stderr };
}
