import { fail, isRecord, ok, validate } from '@seedcore/protocol';
import { reach } from '#crash-points';
import type { Handler, TaskContext } from '../handler.ts';
import type { TaskError, TaskResult, TaskSpec } from '../task-spec.ts';
import { type Plan, type PlanStepSpec, plan as planSchema, type StepTask } from './plan.ts';
import { planStep, type Standing, type StepEnd, type StepSeen } from './plan-step.ts';
import { ValueMissing, withValues } from './plan-values.ts';

/** Values up to this size are told with the plan's own result, larger ones only by the task that has them; in bytes of JSON. */
const TOLD_BYTES = 4_096;

/** One step in the result of a plan. */
export type StepReport = {
  readonly id: string;
  readonly state: StepEnd;
  /** The task that did it; its result has all of it. */
  readonly task_id?: string;
  readonly value?: unknown;
  readonly error?: TaskError;
};

/**
 * Runs a plan, `params` of its task: every step is a task of its own, and this one holds no slot while they run. It keeps no
 * state: how the plan stands is how its tasks stand, so whatever dies, the next run of this handler decides the same.
 */
export const runPlan: Handler = async (params, task) => {
  const checked = validate(planSchema, params);
  if (!checked.ok) return fail('invalid_plan', { problems: checked.problems });
  const run = new PlanRun(checked.value, task);
  await run.look();
  const decision = planStep(checked.value, run.seen);
  if (decision.finished) {
    const steps = run.report(decision.steps);
    return decision.ok ? ok({ steps }) : fail('plan_failed', { steps });
  }
  for (const id of decision.start) {
    reach('plan.before_start');
    await run.start(id);
  }
  for (const id of decision.undo) await run.undo(id);
  return task.rest();
};

/** One look at a plan, and what is done about it. */
class PlanRun {
  readonly seen = new Map<string, StepSeen>();
  readonly #plan: Plan;
  readonly #task: TaskContext;
  readonly #results = new Map<string, TaskResult>();
  readonly #missing = new Map<string, TaskError>();

  constructor(plan: Plan, task: TaskContext) {
    this.#plan = plan;
    this.#task = task;
  }

  /** Sees how every step stands. */
  async look(): Promise<void> {
    const found = await Promise.all(this.#plan.steps.map((step) => this.#lookAt(step)));
    for (const [i, step] of this.#plan.steps.entries()) this.seen.set(step.id, this.#standing(step, found[i] ?? {}));
    for (const step of this.#plan.steps) this.#findMissing(step);
  }

  async start(id: string): Promise<void> {
    const step = this.#plan.steps.find((one) => one.id === id);
    if (step !== undefined) await this.#begin(id, step.task, step.timeout_ms);
  }

  async undo(id: string): Promise<void> {
    const compensation = this.#plan.steps.find((one) => one.id === id)?.compensation;
    if (compensation !== undefined) await this.#begin(undoOf(id), compensation, undefined);
  }

  report(ends: ReadonlyMap<string, StepEnd>): readonly StepReport[] {
    return this.#plan.steps.map(({ id }) => {
      const result = this.#results.get(id);
      const error = this.#results.get(undoOf(id))?.error ?? result?.error ?? this.#missing.get(id);
      return {
        id,
        state: ends.get(id) ?? 'skipped',
        ...(result === undefined ? {} : { task_id: result.id }),
        ...(isTold(result?.value) ? { value: result?.value } : {}),
        ...(error === undefined ? {} : { error }),
      };
    });
  }

  async #lookAt({ id, compensation, requires_approval }: PlanStepSpec): Promise<Found> {
    const [work, undo, approval] = await Promise.all([
      this.#task.begun(id),
      compensation === undefined ? undefined : this.#task.begun(undoOf(id)),
      requires_approval ? this.#task.signalled(`approve-${id}`) : undefined,
    ]);
    return { work, undo, approved: approval === undefined ? undefined : approval.value !== false };
  }

  #standing({ id }: PlanStepSpec, { work, undo, approved }: Found): StepSeen {
    if (typeof work === 'object') this.#results.set(id, work);
    if (typeof undo === 'object') this.#results.set(undoOf(id), undo);
    const endedAt = typeof work === 'object' ? work.finished_at : undefined;
    return { work: standingOf(work), endedAt, undo: standingOf(undo), approved };
  }

  /** A step that needs a value which is not there has failed before it began. */
  #findMissing({ id, task, compensation, depends_on }: PlanStepSpec): void {
    const seen = this.seen.get(id);
    if (seen === undefined) return;
    const ready = depends_on.every((other) => this.seen.get(other)?.work === 'ok');
    if (seen.work === 'absent' && ready && this.#lacks(id, task)) this.seen.set(id, { ...seen, work: 'failed' });
    if (
      seen.work === 'ok' &&
      seen.undo === 'absent' &&
      compensation !== undefined &&
      this.#lacks(undoOf(id), compensation)
    )
      this.seen.set(id, { ...seen, undo: 'failed' });
  }

  #lacks(name: string, { params }: StepTask): boolean {
    try {
      this.#filled(params);
      return false;
    } catch (error) {
      if (!(error instanceof ValueMissing)) throw error;
      this.#missing.set(name, { code: 'value_missing', message: error.message, retryable: false });
      return true;
    }
  }

  async #begin(
    name: string,
    { type, params, requires, queue }: StepTask,
    timeoutMs: number | undefined,
  ): Promise<void> {
    const filled = this.#filled(params);
    const spec: TaskSpec = { type, params: isRecord(filled) ? filled : {}, requires };
    await this.#task.begin(name, spec, { queue, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  }

  #filled(params: unknown): unknown {
    return withValues(params, (step) => this.#results.get(step)?.value);
  }
}

/** What was found out about a step. */
type Found = {
  readonly work?: TaskResult | 'running' | undefined;
  readonly undo?: TaskResult | 'running' | undefined;
  readonly approved?: boolean | undefined;
};

const undoOf = (id: string): string => `undo-${id}`;

function standingOf(found: TaskResult | 'running' | undefined): Standing {
  if (found === undefined) return 'absent';
  if (found === 'running') return 'running';
  return found.state === 'succeeded' ? 'ok' : 'failed';
}

const isTold = (value: unknown): boolean =>
  value !== undefined && Buffer.byteLength(JSON.stringify(value)) <= TOLD_BYTES;
