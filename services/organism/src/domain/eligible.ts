/** Skills a task needs that an agent has not; empty when it may have it. */
export const lacks = (needed: readonly string[], agent: { readonly skills: readonly string[] }): string[] =>
  needed.filter((skill) => !agent.skills.includes(skill));

/** What a task asks of an agent beside skills. */
export type Bar = { readonly minCapability: number };

/** Everything an agent falls short of for a task whose own skill is the first of those needed; empty when it may have it. */
export function shortOf(
  needed: readonly [string, ...string[]],
  { minCapability }: Bar,
  agent: { readonly skills: readonly string[]; readonly capabilityIn: (skill: string) => number },
): string[] {
  const missing = lacks(needed, agent);
  const capability = agent.capabilityIn(needed[0]);
  return capability < minCapability ? [...missing, `capability ${capability.toFixed(2)} < ${minCapability}`] : missing;
}
