import type { Roster } from './roster.ts';

/**
 * The host for one more agent: of those heard lately the one with the fewest, then `me`, which saves a hop, then the first
 * by name.
 *
 * @returns undefined when no host is heard
 */
export function chooseHost(roster: Roster, { me, now }: { me: string; now: number }): string | undefined {
  const held = new Map(roster.hosts(now).map(({ id }) => [id, 0]));
  for (const { holding } of roster.agents()) {
    const before = holding.host === null ? undefined : held.get(holding.host);
    if (holding.host !== null && before !== undefined) held.set(holding.host, before + 1);
  }
  const rank = ([id, agents]: readonly [string, number]) => [agents, id === me ? 0 : 1] as const;
  const [best] = [...held].sort((a, b) => {
    const [[x, mineA], [y, mineB]] = [rank(a), rank(b)];
    return x - y || mineA - mineB || (a[0] < b[0] ? -1 : 1);
  });
  return best?.[0];
}
