import { begins, type Checker, isFinal, type RecordWrite, type Step, stepsOf, type Violation } from './task-history.ts';

const LANES = ['high', 'normal', 'low'] as const;
/** Of 13 starts 8 are high, 4 normal, 1 low. */
const ROUND = 13;

/**
 * T8: no lane starves. As long as tasks wait in all three lanes, any 13 starts of a worker contain a low one. A worker that
 * starts several at once starts them in any order, so that its low one may come that much later.
 *
 * @param slots how many it starts at once
 */
export function checkLanes(queue: string, slots = 1): Checker {
  return ({ writes }) => {
    const most = ROUND + 2 * (slots - 1);
    const starved: Violation[] = [];
    const since = new Map<string, number>();
    for (const { full, step } of startsOf(writes, queue)) {
      const owner = step.after.attempts.at(-1)?.owner ?? '';
      if (!full) since.clear();
      const starts = step.after.lane === 'low' ? 0 : (since.get(owner) ?? 0) + 1;
      since.set(owner, starts);
      if (starts >= most)
        starved.push({
          invariant: 'tasks.T8',
          task: step.after.id,
          what: `is start ${starts} of ${owner} without a low one`,
        });
    }
    return starved;
  };
}

/** First starts in their order, and whether tasks waited in every lane just then. */
function* startsOf(writes: readonly RecordWrite[], queue: string): Generator<{ full: boolean; step: Step }> {
  const waiting = { high: 0, normal: 0, low: 0 };
  for (const step of stepsOf(writes).toSorted((a, b) => a.write.rev - b.write.rev)) {
    if (step.after.queue !== queue) continue;
    const { before, after } = step;
    const waited = before?.state === 'queued' && before.queue === queue;
    const waits = after.state === 'queued';
    if (begins(step)) yield { full: LANES.every((lane) => waiting[lane] > 0), step };
    if (waits && !waited) waiting[after.lane] += 1;
    if (!waits && waited && (after.state === 'running' || isFinal(after))) waiting[after.lane] -= 1;
  }
}
