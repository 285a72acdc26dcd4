import { type Link, openLink } from './link.ts';

/**
 * What members are told to tell each other of where they are: a port that refuses. Otherwise they would find ways
 * around the links by gossip; one that accepts and hangs up would be tried again without end.
 */
export const NOWHERE = '127.0.0.1:1';

/** The ways between the members of a cluster, each through a link of our own. */
export interface Routes {
  /** Addresses member `i` reaches the others at. */
  of(i: number): readonly string[];
  /** Cuts member `i` off from all others. */
  partition(i: number): void;
  /** Undoes `partition(i)`; a way to another member that is cut off stays cut. */
  heal(i: number): void;
  close(): void;
}

/** A link between two members, by their numbers. */
type Route = { readonly from: number; readonly to: number; readonly link: Link };

/** Opens a link for each ordered pair of `size` members; `portOf` gives the port a member takes routes at. */
export async function openRoutes(size: number, portOf: (i: number) => number | undefined): Promise<Routes> {
  const numbers = Array.from({ length: size }, (_, i) => i);
  const pairs = numbers.flatMap((from) => numbers.filter((to) => to !== from).map((to) => ({ from, to })));
  const routes: readonly Route[] = await Promise.all(
    pairs.map(async (pair) => ({ ...pair, link: await openLink(() => portOf(pair.to)) })),
  );
  const isolated = new Set<number>();
  const apply = () => {
    for (const { from, to, link } of routes) isolated.has(from) || isolated.has(to) ? link.cut() : link.heal();
  };
  return {
    of: (i) => routes.filter(({ from }) => from === i).map(({ link }) => link.address),
    partition: (i) => {
      isolated.add(i);
      apply();
    },
    heal: (i) => {
      isolated.delete(i);
      apply();
    },
    close: () => {
      for (const { link } of routes) link.close();
    },
  };
}
