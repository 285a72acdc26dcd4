import type { DraftPlan, Skill, Step } from '@seedcore/contracts';
import { type Catalogue, timeoutMs } from './catalogue.ts';
import { compensationOf } from './compose-steps.ts';
import { fillFromGiven, type Given, takesParameter } from './given-values.ts';
import { ancestorsOf, orderOf } from './plan-graph.ts';

/** Fills in whatever a draft leaves out; what it says stays as it is, right or wrong. */
export function completeDraft(draft: DraftPlan, given: Given, catalogue: Catalogue): Step[] {
  const order = orderOf(draft.steps);
  const ancestors = order.ok ? ancestorsOf(order.steps) : new Map<string, ReadonlySet<string>>();
  return draft.steps.map((step) => {
    const skill = catalogue.get(step.task.type);
    const before = draft.steps.filter((other) => ancestors.get(step.id)?.has(other.id));
    const makers = before.map(({ id, task, produces }) => ({
      id,
      produces: produces ?? catalogue.get(task.type)?.produces ?? [],
    }));
    const params = step.task.params ?? (skill === undefined ? {} : fill(skill, given, makers));
    const undo =
      step.compensation ??
      (skill === undefined ? undefined : compensationOf({ id: step.id, skill, params }, catalogue));
    return {
      id: step.id,
      task: { type: step.task.type, params, requires: step.task.requires ?? [step.task.type] },
      depends_on: step.depends_on,
      timeout_ms: step.timeout_ms ?? (skill === undefined ? 30_000 : timeoutMs(skill)),
      ...(undo === undefined ? {} : { compensation: undo }),
      produces: step.produces ?? [...(skill?.produces ?? [])],
      requires_approval: step.requires_approval ?? skill?.needs_approval ?? false,
    };
  });
}

type Maker = { readonly id: string; readonly produces: readonly string[] };

/** Parameters out of what is given, the rest from the nearest earlier step that makes them. */
function fill(skill: Skill, given: Given, makers: readonly Maker[]): Record<string, unknown> {
  const { params, open } = fillFromGiven(skill, given);
  const fed = open
    .filter((type) => takesParameter(skill, type))
    .flatMap((type): [string, unknown][] => {
      const maker = makers.findLast(({ produces }) => produces.includes(type));
      return maker === undefined ? [] : [[type, { $from: maker.id, path: `/${type}` }]];
    });
  return { ...params, ...Object.fromEntries(fed) };
}
