import type { Command } from 'commander';
import type { NewSkillOptions } from '../commands/new-skill.ts';
import { examples, type ProgramParts } from './parts.ts';

/** Adds what makes a starting point: `new skill`. */
export function addNew(seedcore: Command, { surroundings, finished }: ProgramParts): void {
  seedcore
    .command('new')
    .description('a working, tested starting point')
    .command('skill <name>')
    .description('a skill that organism runs as soon as the file is there, and its test')
    .option('--into <dir>', 'folder of skills (default: SEEDCORE_SKILLS, else services/organism/skills)')
    .addHelpText('after', examples('seedcore new skill weather', 'seedcore new skill weather --into ./skills'))
    .action(async (name: string, _, command: Command) => {
      const { newSkill } = await import('../commands/new-skill.ts');
      finished(await newSkill(name, command.optsWithGlobals<NewSkillOptions>(), surroundings));
    });
}
