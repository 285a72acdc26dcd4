import {
  defineSkill as declareSkill,
  type FailureSchemas,
  type SkillCode,
  type SkillFacts,
  type SkillSpec,
} from '@seedcore/tasks/skill';
import type { z } from 'zod';
import type { SkillContext } from './skill-context.ts';

export type { FailureSchemas } from '@seedcore/tasks/skill';

/** A skill as the host of a run knows it: what it declares, and where its code is. */
export type Skill = Omit<SkillFacts, 'isolation'> & {
  /** Where it runs; `remote`: with workers, which ask for it. */
  readonly isolation: SkillFacts['isolation'] | 'remote';
  /** Endpoints it may call, as `service.endpoint`, and `mesh.survey`; the host refuses every other. */
  readonly calls: readonly string[];
  /** Modules of the skills of a run that came from files, by name; built-in ones are everywhere. */
  readonly sources: Readonly<Record<string, string>>;
};

/** A skill with its code, as it is where it runs. */
export type SkillProgram<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  F extends FailureSchemas = FailureSchemas,
> = Skill & SkillCode<I, O, F, SkillContext<F>> & { readonly failures: F; readonly parks?: Parks<I> };

/**
 * Until when a task is to wait before its skill does anything, in ms of the wall clock; `began` is when it was first looked
 * at. A queued task holds neither agent nor slot meanwhile; a run in place does the waiting itself.
 */
export type Parks<I extends z.ZodType = z.ZodType> = (input: z.output<I>, began: number) => number;

/** A skill of this repository as it is written: it may call other services, where it names what. */
export type OwnSpec<I extends z.ZodType, O extends z.ZodType, F extends FailureSchemas> = SkillSpec<
  I,
  O,
  F,
  SkillContext<F>
> & { readonly calls?: readonly string[]; readonly parks?: Parks<I> };

/**
 * Declares a skill of this repository.
 *
 * @throws TypeError listing every problem of the declaration at once
 */
export function defineSkill<I extends z.ZodType, O extends z.ZodType, F extends FailureSchemas = Record<never, never>>(
  spec: OwnSpec<I, O, F>,
): SkillProgram<I, O, F> {
  const { calls = [], parks, ...written } = spec;
  const wrong = calls.filter((call) => !/^[a-z]+\.[a-z_]+$/.test(call));
  if (wrong.length > 0)
    throw new TypeError(`skill ${spec.name}: calls: "${wrong.join('", "')}" is not service.endpoint`);
  const declared = { ...declareSkill<I, O, F, SkillContext<F>>(written), calls, sources: {} };
  return parks === undefined ? declared : { ...declared, parks };
}

/** The code of a skill, where the skill is one that has it at hand. */
export function programOf(skill: Skill): SkillProgram {
  if (isProgram(skill)) return skill;
  throw new TypeError(`${skill.name} does not run inline: its code is in a file`);
}

/** True for a skill whose code is at hand, as it is for those of this repository. */
export const isProgram = (skill: Skill): skill is SkillProgram => 'run' in skill;
