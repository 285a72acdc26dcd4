/** Skills a task needs that an agent has not; empty when it may have it. */
export const lacks = (needed: readonly string[], agent: { readonly skills: readonly string[] }): string[] =>
  needed.filter((skill) => !agent.skills.includes(skill));
