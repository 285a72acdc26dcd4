import { type Checker, stepsOf } from './task-history.ts';

/** Losses that end a task. */
const MAX_LOST = 5;

/**
 * T5: no more attempts fail than may, and no more are lost.
 *
 * @param mostFailed what the queue allows; a task may ask for fewer
 */
export function checkLimits(mostFailed = 5): Checker {
  return ({ writes }) =>
    stepsOf(writes).flatMap(({ after: { id, spent, lost, spec } }) => {
      const most = Math.min(mostFailed, spec?.hints.max_attempts ?? mostFailed);
      return [
        ...(spent > most ? [{ invariant: 'tasks.T5', task: id, what: `failed ${spent} times of ${most}` }] : []),
        ...(lost > MAX_LOST
          ? [{ invariant: 'tasks.T5', task: id, what: `was lost ${lost} times of ${MAX_LOST}` }]
          : []),
      ];
    });
}
