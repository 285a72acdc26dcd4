import { byTask, type Checker, type EffectSeen, type Violation } from './task-history.ts';

/**
 * T3: the effect of a step is done at most once, and exactly once for a task that succeeded; no effect of an earlier epoch is
 * taken after one of a later epoch.
 *
 * @param steps names of the steps that are effects, by the type of the task
 */
export function checkEffects(steps: Readonly<Record<string, readonly string[]>>): Checker {
  return ({ effects, writes }) => {
    const tasks = Map.groupBy(effects, ({ task }) => task);
    const missing = [...byTask(writes)].flatMap(([task, own]) => {
      const last = own.at(-1)?.record;
      const expected = steps[last?.spec?.type ?? ''] ?? [];
      return last?.state === 'succeeded' ? missingOf(task, expected, tasks.get(task) ?? []) : [];
    });
    return [...missing, ...[...tasks].flatMap(([task, seen]) => [...repeatsOf(task, seen), ...fencesOf(task, seen)])];
  };
}

const isDone = ({ did }: EffectSeen): boolean => did === 'done';

function missingOf(task: string, steps: readonly string[], seen: readonly EffectSeen[]): Violation[] {
  return steps
    .filter((step) => !seen.some((effect) => effect.step === step && isDone(effect)))
    .map((step) => ({ invariant: 'tasks.T3', task, what: `succeeded without its effect ${step}` }));
}

function repeatsOf(task: string, seen: readonly EffectSeen[]): Violation[] {
  return [...Map.groupBy(seen.filter(isDone), ({ step }) => step)]
    .filter(([, done]) => done.length > 1)
    .map(([step, done]) => ({ invariant: 'tasks.T3', task, what: `did its effect ${step} ${done.length} times` }));
}

function fencesOf(task: string, seen: readonly EffectSeen[]): Violation[] {
  let newest = 0;
  return seen
    .filter(({ did }) => did !== 'refused')
    .flatMap(({ step, epoch }) => {
      if (epoch === undefined)
        return [{ invariant: 'tasks.T3', task, what: `its effect ${step} came without an epoch` }];
      const stale = epoch < newest;
      newest = Math.max(newest, epoch);
      return stale
        ? [{ invariant: 'tasks.T3', task, what: `its effect ${step} of epoch ${epoch} came after ${newest}` }]
        : [];
    });
}
