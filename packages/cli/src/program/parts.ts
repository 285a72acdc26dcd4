import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { TaskTools } from '../commands/task-tools.ts';
import { withMesh } from '../connection.ts';
import type { ExitCode } from '../exit-code.ts';
import { parseDuration } from '../output/quantity.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** What runs a command: the surroundings, and where its exit code goes. */
export interface ProgramParts {
  readonly surroundings: Surroundings;
  finished(code: ExitCode): void;
}

/** Where `@file` and `-` are read from. */
export function sourcesOf({ standardInput }: Surroundings) {
  return { file: (path: string) => readFile(path, 'utf8'), standardInput };
}

/** Reads the value of an option that is a duration. */
export function asDuration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it as 500ms, 30s or 2m.');
  return ms;
}

/** The examples at the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** Runs what a command asks for on a connection of its own; its code is loaded only then. */
export type Act = <C>(
  command: Command,
  load: () => Promise<C>,
  use: (tools: TaskTools, commands: C) => Promise<ExitCode>,
) => Promise<void>;

/** How commands about durable work are run. */
export function withTools({ surroundings, finished }: ProgramParts): Act {
  return async (command, load, use) => {
    const commands = await load();
    const options = command.optsWithGlobals<GlobalOptions>();
    finished(await withMesh(options, surroundings, (mesh) => use({ options, surroundings, mesh }, commands)));
  };
}
