/** Organism: agents in organs run skills. What a skill's author needs, and the service for tests. */
export { organismService } from './service.ts';
export { defineSkill, type OwnSpec, type Skill } from './skill/define-skill.ts';
export type { SkillContext } from './skill/skill-context.ts';
