import { type Checker, eventsOf } from './history.ts';

/** M3: what is not idempotent is executed at most once, whatever was retried, dropped or delayed. */
export const runsOnce: Checker = (history) => {
  const runs = new Map<string, number>();
  for (const { target, key, idempotent } of eventsOf(history, 'handler_started'))
    if (!idempotent) runs.set(`${target} ${key}`, (runs.get(`${target} ${key}`) ?? 0) + 1);
  const violations = [...runs]
    .filter(([, times]) => times > 1)
    .map(([what, times]) => `M3: ${what} ran ${times} times`);
  return { violations, sometimes: runs.size };
};
