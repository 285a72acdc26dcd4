/** A step and the steps it waits for, by id. */
export type GraphStep = { readonly id: string; readonly depends_on: readonly string[] };

/**
 * The steps in an order in which each comes after everything it waits for, or one cycle that forbids it.
 * Steps that are free at the same time keep their given order; dependencies on unknown ids are passed over.
 *
 * @source Kahn, "Topological Sorting of Large Networks" (1962)
 */
export function orderOf<S extends GraphStep>(
  steps: readonly S[],
): { readonly ok: true; readonly steps: readonly S[] } | { readonly ok: false; readonly cycle: readonly string[] } {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const waiting = new Map(steps.map((step) => [step.id, new Set(step.depends_on.filter((id) => byId.has(id)))]));
  const ordered: S[] = [];
  for (let free = freeOf(waiting); free.length > 0; free = freeOf(waiting)) {
    for (const id of free) {
      waiting.delete(id);
      const step = byId.get(id);
      if (step !== undefined) ordered.push(step);
    }
    for (const left of waiting.values()) for (const id of free) left.delete(id);
  }
  return waiting.size === 0 ? { ok: true, steps: ordered } : { ok: false, cycle: cycleIn(waiting) };
}

const freeOf = (waiting: ReadonlyMap<string, ReadonlySet<string>>): string[] =>
  [...waiting].filter(([, left]) => left.size === 0).map(([id]) => id);

/** Walks back from any step that never gets free until one comes up again; least id first. */
function cycleIn(waiting: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const path: string[] = [];
  let at = [...waiting.keys()][0];
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = [...(waiting.get(at) ?? [])][0];
  }
  const cycle = at === undefined ? path : path.slice(path.indexOf(at));
  const least = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}

/** Everything each step waits for, directly or through others; `steps` must be in order. */
export function ancestorsOf(steps: readonly GraphStep[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ancestors = new Map<string, Set<string>>();
  for (const step of steps)
    ancestors.set(step.id, new Set(step.depends_on.flatMap((id) => [id, ...(ancestors.get(id) ?? [])])));
  return ancestors;
}

/** Drops dependencies that follow from others; `steps` must be in order. */
export function withoutRedundantEdges<S extends GraphStep>(steps: readonly S[]): S[] {
  const ancestors = ancestorsOf(steps);
  return steps.map((step) => ({
    ...step,
    depends_on: step.depends_on.filter((id) => !step.depends_on.some((other) => ancestors.get(other)?.has(id))),
  }));
}

/** Weight of the heaviest path through the graph; `steps` must be in order. */
export function longestPath<S extends GraphStep>(steps: readonly S[], weightOf: (step: S) => number): number {
  const ends = new Map<string, number>();
  for (const step of steps) {
    const before = Math.max(0, ...step.depends_on.map((id) => ends.get(id) ?? 0));
    ends.set(step.id, before + weightOf(step));
  }
  return Math.max(0, ...ends.values());
}

/** Most steps that have the same number of steps before them on their longest path; `steps` must be in order. */
export function widthOf(steps: readonly GraphStep[]): number {
  const depths = new Map<string, number>();
  const widths = new Map<number, number>();
  for (const step of steps) {
    const depth = 1 + Math.max(0, ...step.depends_on.map((id) => depths.get(id) ?? 0));
    depths.set(step.id, depth);
    widths.set(depth, (widths.get(depth) ?? 0) + 1);
  }
  return Math.max(0, ...widths.values());
}
