/** Skills as people write them: a small function with a declared input, output and limits, which organism runs. */

export type { Effect, Found } from '../handler.ts';
export { CallFailed } from './call-failed.ts';
export { DeclaredFailure } from './declared-failure.ts';
export {
  defineSkill,
  type FailureSchemas,
  type Skill,
  type SkillCode,
  type SkillFacts,
  type SkillLimits,
  type SkillSpec,
} from './define-skill.ts';
export type { FoundMemory, Segment, SkillContext, SkillLog, SkillMemory } from './skill-context.ts';
export { skillProblems } from './skill-problems.ts';
