import { type Checker, isFinal, type Step, stepsOf } from './task-history.ts';

/** T2: a final state absorbs; only another generation, one higher and from its beginning, comes after it. */
export const checkFinal: Checker = ({ writes }) =>
  stepsOf(writes).flatMap((step) => {
    const what = problemOf(step);
    return what === undefined ? [] : [{ invariant: 'tasks.T2', task: step.after.id, what }];
  });

function problemOf({ before, after, write }: Step): string | undefined {
  if (before === undefined) return undefined;
  const change = `${before.state} of generation ${before.gen} became ${after.state} of ${after.gen} at ${write.rev}`;
  if (!isFinal(before)) return after.gen === before.gen ? undefined : `${change} before it had ended`;
  const lives = after.gen === before.gen + 1 && after.attempt === 0 && !isFinal(after);
  return lives ? undefined : change;
}
