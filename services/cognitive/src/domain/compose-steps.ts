import type { Skill, Step } from '@seedcore/contracts';
import { type Catalogue, timeoutMs } from './catalogue.ts';
import { takesParameter } from './given-values.ts';
import { type Reference, requiredOf, shapeProblems } from './json-shape.ts';
import { withoutRedundantEdges } from './plan-graph.ts';
import type { Chain, Move } from './reachable-types.ts';

/** Where each chosen skill gets each type it has open from. */
type Producers = ReadonlyMap<Move, ReadonlyMap<string, Move>>;

/** Turns a chain of skills into steps: numbered in the order they are needed, joined producer to consumer. */
export function composeSteps(chain: Chain, wants: readonly string[], catalogue: Catalogue): Step[] {
  const producers = producersOf(chain);
  const order = runningOrder(chain, wants, producers);
  const ids = new Map(order.map((move, i) => [move, `s${i + 1}`]));
  const steps = order.map((move) => {
    const sources = [...(producers.get(move) ?? [])].flatMap(([type, maker]): [string, string][] => {
      const id = ids.get(maker);
      return id === undefined ? [] : [[type, id]];
    });
    return stepOf({ id: ids.get(move) ?? 's0', move, sources }, catalogue);
  });
  return withoutRedundantEdges(steps);
}

/** In a chain the maker of a type stands after its user: the next one that makes it. */
function producersOf(chain: Chain): Producers {
  return new Map(
    chain.map((move, i) => [
      move,
      new Map(
        move.filling.open.flatMap((type): [string, Move][] => {
          const maker = chain.slice(i + 1).find(({ skill }) => skill.produces.includes(type));
          return maker === undefined ? [] : [[type, maker]];
        }),
      ),
    ]),
  );
}

/** Depth first from what is wanted, so that steps are numbered as a reader would follow them. */
function runningOrder(chain: Chain, wants: readonly string[], producers: Producers): Move[] {
  const order = new Set<Move>();
  const visit = (move: Move): void => {
    if (order.has(move)) return;
    for (const maker of producers.get(move)?.values() ?? []) visit(maker);
    order.add(move);
  };
  for (const type of wants) {
    const maker = chain.find(({ skill }) => skill.produces.includes(type));
    if (maker !== undefined) visit(maker);
  }
  for (const move of chain) visit(move);
  return [...order];
}

type Placed = { readonly id: string; readonly move: Move; readonly sources: readonly (readonly [string, string])[] };

function stepOf({ id, move, sources }: Placed, catalogue: Catalogue): Step {
  const { skill, filling } = move;
  const fed = sources
    .filter(([type]) => takesParameter(skill, type))
    .map(([type, from]): [string, Reference] => [type, { $from: from, path: `/${type}` }]);
  const params = { ...filling.params, ...Object.fromEntries(fed) };
  const undo = compensationOf({ id, skill, params }, catalogue);
  return {
    id,
    task: { type: skill.name, params, requires: [skill.name] },
    depends_on: [...new Set(sources.map(([, from]) => from))].sort(byNumber),
    timeout_ms: timeoutMs(skill),
    ...(undo === undefined ? {} : { compensation: undo }),
    produces: [...skill.produces],
    requires_approval: skill.needs_approval,
  };
}

const byNumber = (a: string, b: string): number => Number(a.slice(1)) - Number(b.slice(1));

type Undoable = { readonly id: string; readonly skill: Skill; readonly params: Readonly<Record<string, unknown>> };

/** The skill's own compensation, fed by name from the outputs and the parameters of its step; absent when it cannot be fed. */
export function compensationOf({ id, skill, params }: Undoable, catalogue: Catalogue): Step['compensation'] {
  const undo = skill.side_effects && skill.compensation !== undefined ? catalogue.get(skill.compensation) : undefined;
  if (undo === undefined || catalogue.forbidden.has(undo.name)) return undefined;
  const needed = [...new Set([...undo.consumes, ...requiredOf(undo.input)])].filter((name) =>
    takesParameter(undo, name),
  );
  const fed = needed.flatMap((name): [string, unknown][] => {
    if (skill.produces.includes(name)) return [[name, { $from: id, path: `/${name}` }]];
    return Object.hasOwn(params, name) ? [[name, params[name]]] : [];
  });
  const undoParams = Object.fromEntries(fed);
  return shapeProblems(undo.input, undoParams).length === 0 ? { type: undo.name, params: undoParams } : undefined;
}
