import { checkAccepted } from './task-accepted.ts';
import { checkAttempts } from './task-attempts.ts';
import { checkCancelled } from './task-cancelled.ts';
import { checkDrains } from './task-drains.ts';
import { checkEffects } from './task-effects.ts';
import { checkFinal } from './task-final.ts';
import type { Checker } from './task-history.ts';
import { checkLimits } from './task-limits.ts';
import { checkPlans } from './task-plans.ts';
import { checkResults } from './task-results.ts';
import { checkTimes } from './task-times.ts';

/** What is known of the tasks beforehand. */
export type Known = {
  /** Names of the steps that are effects, by the type of the task. */
  readonly effects?: Readonly<Record<string, readonly string[]>>;
  /** Attempts that may fail. */
  readonly mostFailed?: number;
};

/** What every history of tasks has to fulfil when everything has come to rest; T8 and T9 need to know more of it. */
export function checkTasks(how: Known = {}): Checker {
  const checkers = [
    checkAccepted,
    checkFinal,
    checkEffects(how.effects ?? {}),
    checkAttempts,
    checkLimits(how.mostFailed),
    checkTimes,
    checkResults,
    checkCancelled,
    checkDrains,
    checkPlans,
  ];
  return (history) => checkers.flatMap((check) => check(history));
}
