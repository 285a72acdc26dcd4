import { type Link, openLink } from './link.ts';

/**
 * What members are told to tell each other of where they are: a port that refuses. Otherwise they would find ways
 * around the links by gossip; one that accepts and hangs up would be tried again without end.
 */
export const NOWHERE = '127.0.0.1:1';

/** The ways between the members of a cluster, each through a link of our own. */
export interface Routes {
  /** Addresses at which member `i` connects to some of the others; the rest connect to it. */
  of(i: number): readonly string[];
  /** Cuts member `i` off from all others. */
  partition(i: number): void;
  /** Undoes `partition(i)`; a way to another member that is cut off stays cut. */
  heal(i: number): void;
  close(): void;
}

/** A link between two members, by their numbers. */
type Route = { readonly from: number; readonly to: number; readonly link: Link };

/**
 * Which members connect to which: each pair once and everybody to somebody, as a ring and its chords. When both sides of
 * a pair connect, one connection is dropped again as a duplicate, and requests on it are lost.
 */
export function pairsOf(size: number): readonly { readonly from: number; readonly to: number }[] {
  const numbers = Array.from({ length: size }, (_, i) => i);
  const connects = (from: number, to: number) => {
    const ahead = (to - from + size) % size;
    return ahead > 0 && (ahead < size / 2 || (ahead === size / 2 && from < to));
  };
  return numbers.flatMap((from) => numbers.filter((to) => connects(from, to)).map((to) => ({ from, to })));
}

/** Opens a link for each pair of `size` members, 3 at least; `portOf` gives the port a member takes routes at. */
export async function openRoutes(size: number, portOf: (i: number) => number | undefined): Promise<Routes> {
  const routes: readonly Route[] = await Promise.all(
    pairsOf(size).map(async (pair) => ({ ...pair, link: await openLink(() => portOf(pair.to)) })),
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
