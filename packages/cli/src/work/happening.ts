import type { TaskView } from '@seedcore/contracts';
import { duration } from '../output/quantity.ts';

/** One thing that happened to a task. */
export type Happening = NonNullable<TaskView['history']>[number];

/** What there is to say about it beside its name: who, where, why, what next. */
export function happeningDetail(happening: Happening): string {
  const { event, queue, owner, step, error, reason, delay_ms, outcome, from_step, patch } = happening;
  const parts = [
    event === 'submitted' || event === 'handed_over' ? `queue ${queue}` : undefined,
    owner && `by ${owner}`,
    step && `step ${step}`,
    error && `${error.code}: ${error.message}`,
    reason === error?.message ? undefined : reason,
    delay_ms === undefined ? undefined : `again in ${duration(delay_ms)}`,
    outcome && lateText[outcome],
    from_step && `from step ${from_step}`,
    patch === undefined ? undefined : `patch ${JSON.stringify(patch)}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

/** What an attempt brought when it no longer counted. */
const lateText: Readonly<Record<string, string>> = {
  ok: 'its result came too late and changed nothing',
  error: 'its error came too late and changed nothing',
  silent: 'nothing came of it any more',
};
