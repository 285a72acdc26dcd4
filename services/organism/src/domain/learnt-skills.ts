/**
 * Skills an agent has beside those of its record. One that was made with every built-in skill of its organ learns whatever
 * its organ learns; one that was made for some of them keeps to these.
 */
export function learntSkills(
  agent: { readonly skills: readonly string[] },
  organ: { readonly skills: readonly string[] } | undefined,
  builtIn: (skill: string) => boolean,
): readonly string[] {
  if (organ === undefined) return [];
  const all = organ.skills.filter(builtIn).every((skill) => agent.skills.includes(skill));
  return all ? organ.skills.filter((skill) => !agent.skills.includes(skill)) : [];
}

/** Everything an agent can do: what its record says, and what it has learnt since. */
export const skillsOf = (...[agent, organ, builtIn]: Parameters<typeof learntSkills>): string[] => [
  ...agent.skills,
  ...learntSkills(agent, organ, builtIn),
];
