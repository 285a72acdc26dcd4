import { type Skill, skillProblems } from '@seedcore/tasks/skill';
import type { SkillProgram } from '../define-skill.ts';

/**
 * Imports the code of a skill from its file, once per thread and version.
 *
 * @returns undefined when no file is named for it
 * @throws whatever the file throws; TypeError when it exports no skill of this name
 */
export async function importSkill(
  name: string,
  sources: Readonly<Record<string, string>> = {},
): Promise<SkillProgram | undefined> {
  const source = sources[name];
  if (source === undefined) return undefined;
  const skill = await importFile(source);
  if (skill.name === name) return skill;
  throw new TypeError(`the file of ${name} declares ${skill.name} by now`);
}

/** Imports a skill file. @throws whatever it throws; TypeError when it exports no skill, or one that is not well declared */
export async function importFile(url: string): Promise<SkillProgram> {
  const module: { readonly default?: unknown } = await import(url);
  if (!isSkill(module.default)) throw new TypeError('exports no skill: write `export default defineSkill({ … })`');
  const problems = skillProblems(module.default);
  if (problems.length > 0) throw new TypeError(problems.join('; '));
  return { ...module.default, calls: [], sources: {} };
}

/** What `defineSkill` made, as far as one can see; the rest is looked at by those who use it. */
function isSkill(value: unknown): value is Skill {
  if (typeof value !== 'object' || value === null) return false;
  const has = (field: string, type: string) => typeof Reflect.get(value, field) === type;
  return has('name', 'string') && has('run', 'function') && has('limits', 'object') && has('input', 'object');
}
