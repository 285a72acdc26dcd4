import { MinHeap } from './min-heap.ts';
import { type Chain, costOf, type Move, type Moves, reachable } from './reachable-types.ts';
import { type TypeSet, TypeSpace } from './type-set.ts';

/** Most sets of open types that are looked at. */
const MOST_NODES = 2000;

/** Where a search starts: types still to be produced, and skills already chosen (the last to run first). */
export type Goal = { readonly types: readonly string[]; readonly chain: Chain };

/** A skill chosen, and those chosen before it, which run after it. */
type Link = { readonly move: Move; readonly later: Link | undefined };

/** One set of open types, what led to it, and what the whole will cost at least. */
type Node = {
  readonly open: TypeSet;
  readonly link: Link | undefined;
  readonly steps: number;
  readonly spent: number;
  readonly bound: number;
};

/** A move as the search makes it. */
type Stride = { readonly move: Move; readonly makes: TypeSet; readonly needs: TypeSet };

/**
 * Cheapest chain of skills that leaves no type open: A* backwards over sets of open types, ties by name. When 2,000
 * sets were looked at without an end, each type from its cheapest maker: valid, but perhaps not the cheapest together.
 *
 * No skill is excluded for having been chosen: what it needs is the same each time, so a cheapest chain never takes
 * one twice, and a set of open types means the same however it was reached.
 *
 * @returns undefined when there is none within `maxSteps`
 * @source Hart, Nilsson, Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths" (1968)
 */
export function searchChain(moves: Moves, goal: Goal, maxSteps: number): Chain | undefined {
  const costs = reachable(moves);
  const usable = [...moves.values()].filter((move) => costOf(move, costs) < Number.POSITIVE_INFINITY);
  const found = cheapestChain(usable, goal, { costs, maxSteps: maxSteps - goal.chain.length });
  if (found === undefined) return undefined;
  const rest = found === 'gave_up' ? cheapestMakers(usable, goal.types, costs) : found;
  return goal.chain.length + rest.length <= maxSteps ? [...goal.chain, ...rest] : undefined;
}

type Bounds = { readonly costs: ReadonlyMap<string, number>; readonly maxSteps: number };

function cheapestChain(moves: readonly Move[], goal: Goal, { costs, maxSteps }: Bounds): Chain | 'gave_up' | undefined {
  const space = new TypeSpace([...goal.types, ...moves.flatMap(({ filling }) => filling.open)], costs);
  const strides = moves.map((move): Stride => {
    return { move, makes: space.setOf(move.skill.produces), needs: space.setOf(move.filling.open) };
  });
  const frontier = new Frontier();
  const open = space.setOf(goal.types);
  frontier.push({ open, link: undefined, steps: 0, spent: 0, bound: space.dearest(open) });
  for (let looked = 0; looked < MOST_NODES; looked++) {
    const node = frontier.pop();
    if (node === undefined || node.bound === Number.POSITIVE_INFINITY) return undefined;
    if (node.open === 0n) return chainOf(node.link);
    if (node.steps >= maxSteps) continue;
    for (const stride of strides) if ((stride.makes & node.open) !== 0n) frontier.push(after(node, stride, space));
  }
  return 'gave_up';
}

function after(node: Node, { move, makes, needs }: Stride, space: TypeSpace): Node {
  const open = (node.open & ~makes) | needs;
  const spent = node.spent + move.cost;
  const link = { move, later: node.link };
  return { open, link, steps: node.steps + 1, spent, bound: spent + space.dearest(open) };
}

/** Nodes to look at, the most promising first, each set of open types once and by its cheapest way. */
class Frontier {
  readonly #queue = new MinHeap<Node>(byBound);
  readonly #cheapest = new Map<TypeSet, number>();
  readonly #looked = new Set<TypeSet>();

  push(node: Node): void {
    if (node.spent > (this.#cheapest.get(node.open) ?? Number.POSITIVE_INFINITY)) return;
    this.#cheapest.set(node.open, node.spent);
    this.#queue.push(node);
  }

  pop(): Node | undefined {
    let node = this.#queue.pop();
    while (node !== undefined && this.#looked.has(node.open)) node = this.#queue.pop();
    if (node !== undefined) this.#looked.add(node.open);
    return node;
  }
}

const byBound = (a: Node, b: Node): number =>
  a.bound - b.bound || a.steps - b.steps || (nameList(a.link) < nameList(b.link) ? -1 : 1);

const nameList = (link: Link | undefined): string =>
  chainOf(link)
    .map(({ skill }) => skill.name)
    .join(' ');

/** What was chosen first runs last and stands first. */
function chainOf(link: Link | undefined): Move[] {
  const chain: Move[] = [];
  for (let at = link; at !== undefined; at = at.later) chain.push(at.move);
  return chain.reverse();
}

/** Every open type from the maker that has it cheapest; a maker costs more than what it needs, so there is no cycle. */
function cheapestMakers(moves: readonly Move[], types: readonly string[], costs: ReadonlyMap<string, number>): Chain {
  const order = new Set<Move>();
  const visit = (type: string): void => {
    const makers = moves.filter(({ skill }) => skill.produces.includes(type));
    const [maker] = makers.sort((a, b) => costOf(a, costs) - costOf(b, costs));
    if (maker === undefined || order.has(maker)) return;
    for (const need of maker.filling.open) visit(need);
    order.add(maker);
  };
  for (const type of types) visit(type);
  return [...order].reverse();
}
