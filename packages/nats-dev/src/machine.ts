import type { Environment } from './proxy.ts';

/** How a command ended; a command that could not start has no `code`. */
export interface CommandResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Limits and surroundings of one command. */
export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Environment;
}

/** What the resolver needs of the machine it runs on; tests hand in their own. */
export interface Machine {
  readonly env: Environment;
  /** As `process.platform` and `process.arch` name them. */
  readonly platform: string;
  readonly arch: string;
  readonly home: string;
  /** Runs a program without a shell; never throws. */
  run(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult>;
  /** Text of a file; `undefined` when it cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** True for a file this user may execute. */
  isProgram(path: string): Promise<boolean>;
  /** Names in a folder, empty when it cannot be read. */
  list(folder: string): Promise<string[]>;
  /** Bytes behind an address; rejects with the reason. */
  download(url: string): Promise<Uint8Array>;
  /** The INFO line a NATS server greets with; rejects with the reason within `timeoutMs`. */
  greeting(url: string, timeoutMs: number): Promise<string>;
  /** The folder downloads are kept in, private to this user; rejects when there is none. */
  cacheFolder(): Promise<string>;
  /** Lets `fill` write into a fresh folder inside `parent`; the folder is removed when `fill` has ended. */
  scratch<T>(parent: string, fill: (folder: string) => Promise<T>): Promise<T>;
  /** Puts a program into `folder`, whole or not at all; a program that is there already stays. */
  install(program: { readonly file: string } | { readonly bytes: Uint8Array }, target: string): Promise<void>;
  writeText(path: string, text: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Says what is going on; a transient line is replaced by the next one. */
  report(text: string): void;
}
