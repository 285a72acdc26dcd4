import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { root } from '../data-folder.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit-code.ts';
import { SKILL_NAME, sampleTask, skillFiles } from '../scaffold/skill-files.ts';
import type { GlobalOptions, Surroundings } from '../surroundings.ts';

/** Options of `new skill`, as typed. */
export type NewSkillOptions = GlobalOptions & { readonly into?: string };

/**
 * Writes a skill that works and its test into the folder whose skills organism runs.
 *
 * @throws CommandError when the name cannot be one, or a file of it is there already
 */
export async function newSkill(
  name: string,
  options: NewSkillOptions,
  { env, out }: Pick<Surroundings, 'env' | 'out'>,
): Promise<ExitCode> {
  if (!SKILL_NAME.test(name))
    throw new CommandError(`"${name.slice(0, 64)}": a-z first, then up to 36 of a-z 0-9 _ -`, exitCodes.usage);
  const folder = resolve(options.into ?? env['SEEDCORE_SKILLS'] ?? join(root, 'services', 'organism', 'skills'));
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const { name: file, text } of skillFiles(name)) {
    files.push(shown(join(folder, file)));
    await writeNew(join(folder, file), text);
  }
  const call = `npx seedcore call organism handle_task '${JSON.stringify({ task: sampleTask(name) })}'`;
  const test = `node --test ${files.at(-1)}`;
  if (options.json) out(JSON.stringify({ files, test, call }));
  else for (const line of [...files.map((file) => `wrote  ${file}`), `test   ${test}`, `run    ${call}`]) out(line);
  return exitCodes.ok;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EEXIST') throw cause;
    throw new CommandError(`${shown(path)} is there already; nothing was changed`, exitCodes.failed, { cause });
  }
}

/** As short as it can be typed from here. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
