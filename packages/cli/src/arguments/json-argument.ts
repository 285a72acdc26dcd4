import { CommandError, exitCodes } from '../exit-code.ts';

/** Where `@file` and `-` are read from. */
export interface Sources {
  file(path: string): Promise<string>;
  standardInput(): Promise<string>;
}

/**
 * Reads an argument that is JSON itself, `@file` for a file that holds it, or `-` for standard input; nothing is `{}`.
 *
 * @throws CommandError naming the source and what is wrong with it
 */
export async function jsonArgument(argument: string | undefined, sources: Sources): Promise<unknown> {
  if (argument === undefined || argument === '') return {};
  if (argument === '-') return parse(await sources.standardInput(), 'standard input');
  if (!argument.startsWith('@')) return parse(argument, 'the argument');
  const path = argument.slice(1);
  const text = await sources.file(path).catch((cause: unknown) => {
    throw new CommandError(
      `${path}: cannot be read (${cause instanceof Error ? cause.message : cause})`,
      exitCodes.usage,
      {
        cause,
      },
    );
  });
  return parse(text, path);
}

function parse(text: string, source: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${source} is not JSON: ${why}`, exitCodes.usage, { cause });
  }
}
