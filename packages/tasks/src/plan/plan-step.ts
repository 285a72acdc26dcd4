import type { Plan, PlanStepSpec } from './plan.ts';

/** How a task of a plan stands. */
export type Standing = 'absent' | 'running' | 'ok' | 'failed';

/** One step as it is now. */
export type StepSeen = {
  readonly work: Standing;
  /** When its work ended, RFC 3339. */
  readonly endedAt?: string | undefined;
  readonly undo: Standing;
  /** What was said where approval is required; undefined while nothing was. */
  readonly approved?: boolean | undefined;
};

/** How a step came out in the end. */
export type StepEnd = 'ok' | 'failed' | 'skipped' | 'undone' | 'undo_failed';

/** What is to be done about a plan now. */
export type PlanDecision =
  | {
      readonly finished: false;
      readonly start: readonly string[];
      readonly undo: readonly string[];
      /** Steps that would start, were they approved. */
      readonly asks: readonly string[];
    }
  | { readonly finished: true; readonly ok: boolean; readonly steps: ReadonlyMap<string, StepEnd> };

/**
 * Decides about a plan by how its steps stand, and by nothing else: equal standings, equal decisions.
 *
 * P1 a step starts only when all it depends on is done. P2 no more than `max_parallel` run. P3 after a failure that counts
 * nothing starts any more; when nothing runs either, what was done is undone, the latest first, one after the other.
 * P4 every plan whose tasks end comes to an end, and every step to exactly one.
 */
export function planStep(plan: Plan, seen: ReadonlyMap<string, StepSeen>): PlanDecision {
  const steps = plan.steps.map((spec) => ({ spec, ...standing(seen, spec) }));
  const failed = steps.some(({ spec, work }) => work === 'failed' && !spec.optional);
  return failed ? afterFailure(steps) : onwards(plan, steps);
}

type Step = StepSeen & { readonly spec: PlanStepSpec };

/** What was not approved has failed before it began. */
function standing(seen: ReadonlyMap<string, StepSeen>, { id, requires_approval }: PlanStepSpec): StepSeen {
  const now = seen.get(id) ?? { work: 'absent', undo: 'absent' };
  return requires_approval && now.work === 'absent' && now.approved === false ? { ...now, work: 'failed' } : now;
}

function onwards(plan: Plan, steps: readonly Step[]): PlanDecision {
  const running = steps.filter(({ work }) => work === 'running').length;
  const open = steps.filter(({ spec, work }) => work === 'absent' && isReady(spec, steps));
  const waits = ({ spec, approved }: Step) => spec.requires_approval && approved !== true;
  const start = open.filter((step) => !waits(step)).slice(0, Math.max(0, plan.max_parallel - running));
  const asks = open.filter(waits);
  if (running + start.length + asks.length > 0)
    return { finished: false, start: start.map(idOf), undo: [], asks: asks.map(idOf) };
  return { finished: true, ok: true, steps: endsOf(steps) };
}

function afterFailure(steps: readonly Step[]): PlanDecision {
  const waiting = { finished: false, start: [], undo: [], asks: [] } as const;
  if (steps.some(({ work, undo }) => work === 'running' || undo === 'running')) return waiting;
  const [latest] = steps
    .filter(({ spec, work, undo }) => work === 'ok' && spec.compensation !== undefined && undo === 'absent')
    .toSorted(laterFirst);
  if (latest !== undefined) return { ...waiting, undo: [idOf(latest)] };
  return { finished: true, ok: false, steps: endsOf(steps) };
}

const idOf = ({ spec }: Step): string => spec.id;

const isReady = ({ depends_on }: PlanStepSpec, steps: readonly Step[]): boolean =>
  depends_on.every((id) => steps.some(({ spec, work }) => spec.id === id && work === 'ok'));

/** By when they ended; of two at the same moment the one that depends on the other, else by name. */
function laterFirst(a: Step, b: Step): number {
  const [one, other] = [a.endedAt ?? '', b.endedAt ?? ''];
  if (one !== other) return one < other ? 1 : -1;
  if (a.spec.depends_on.includes(b.spec.id)) return -1;
  if (b.spec.depends_on.includes(a.spec.id)) return 1;
  return a.spec.id < b.spec.id ? 1 : -1;
}

const ENDS: Readonly<Record<Standing, StepEnd>> = { absent: 'skipped', running: 'failed', ok: 'ok', failed: 'failed' };

function endsOf(steps: readonly Step[]): ReadonlyMap<string, StepEnd> {
  return new Map(
    steps.map(({ spec, work, undo }) => {
      if (work === 'ok' && undo === 'ok') return [spec.id, 'undone'];
      if (work === 'ok' && undo === 'failed') return [spec.id, 'undo_failed'];
      return [spec.id, ENDS[work]];
    }),
  );
}
