/** Which skills are no file's, and which are with workers: nobody else can learn those. */
export type SkillKinds = { isBuiltIn(skill: string): boolean; isRemote(skill: string): boolean };

/**
 * Skills an agent has beside those of its record. One that was made with every built-in skill of its organ learns whatever
 * its organ learns; one that was made for some of them keeps to these.
 */
export function learntSkills(
  agent: { readonly skills: readonly string[]; readonly worker?: string | undefined },
  organ: { readonly skills: readonly string[] } | undefined,
  kinds: SkillKinds,
): readonly string[] {
  if (organ === undefined || agent.worker !== undefined) return [];
  const all = organ.skills.every((skill) => !kinds.isBuiltIn(skill) || agent.skills.includes(skill));
  return all ? organ.skills.filter((skill) => !agent.skills.includes(skill) && !kinds.isRemote(skill)) : [];
}

/** Everything an agent can do: what its record says, and what it has learnt since. */
export const skillsOf = (...[agent, organ, kinds]: Parameters<typeof learntSkills>): string[] => [
  ...agent.skills,
  ...learntSkills(agent, organ, kinds),
];
