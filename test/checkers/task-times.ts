import { begins, type Checker, type Step, stepsOf } from './task-history.ts';

/** T6: nothing starts before its time, nor after its deadline. */
export const checkTimes: Checker = ({ writes }) =>
  stepsOf(writes)
    .filter(begins)
    .flatMap((step) => problemsOf(step).map((what) => ({ invariant: 'tasks.T6', task: step.after.id, what })));

/** A claim takes the time away that it waited for: it is in the record before, or in the task as it was handed in. */
function problemsOf({ before, after }: Step): string[] {
  const started = Date.parse(after.attempts.at(-1)?.started_at ?? '');
  const due = before === undefined ? after.spec?.run_after : before.not_before;
  const { deadline_at: deadline } = after;
  return [
    ...(due !== undefined && started < Date.parse(due)
      ? [`attempt ${after.attempt} started ${Date.parse(due) - started} ms before its time`]
      : []),
    ...(deadline !== undefined && started >= Date.parse(deadline)
      ? [`attempt ${after.attempt} started ${started - Date.parse(deadline)} ms after its deadline`]
      : []),
  ];
}
