import { begins, type Checker, type SeenRecord, type Step, stepsOf } from './task-history.ts';

/**
 * T4: attempts are numbered without holes, their epochs rise, and the epoch of each is the revision that began it; what is over
 * stays as it ended, so nothing is written for an attempt that another one has followed.
 */
export const checkAttempts: Checker = ({ writes }) => {
  const begun = new Map<string, number>();
  return stepsOf(writes).flatMap((step) => {
    const { after, write } = step;
    if (begins(step)) begun.set(`${after.id} ${after.gen} ${after.attempt}`, write.rev);
    const problems = [...holesOf(after), ...epochsOf(after, begun), ...revivalsOf(step)];
    return problems.map((what) => ({ invariant: 'tasks.T4', task: after.id, what: `${what}, at ${write.rev}` }));
  });
};

function holesOf({ attempts, attempt, state }: SeenRecord): string[] {
  const expected = attempts.map((_, i) => attempt - attempts.length + 1 + i);
  const told = attempts.map(({ n }) => n);
  const open = attempts.filter(({ outcome }) => outcome === undefined).map(({ n }) => n);
  const mayBeOpen = state === 'running' ? [attempt] : [];
  return [
    ...(attempt > 0 && attempts.length === 0 ? ['has attempts that its table does not tell of'] : []),
    ...(told.join() === expected.join() ? [] : [`its attempts are ${told.join()} up to ${attempt}`]),
    ...(open.join() === mayBeOpen.join() ? [] : [`${state} with attempts ${open.join() || 'none'} open`]),
  ];
}

/** The epoch of an attempt is told from the next write on. */
function epochsOf({ id, gen, attempts }: SeenRecord, begun: ReadonlyMap<string, number>): string[] {
  const known = attempts.filter(({ epoch }) => epoch > 0);
  const wrong = known.filter(({ n, epoch }) => (begun.get(`${id} ${gen} ${n}`) ?? epoch) !== epoch);
  const rise = known.every(({ epoch }, i) => epoch > (known[i - 1]?.epoch ?? 0));
  return [
    ...wrong.map(({ n, epoch }) => `epoch ${epoch} of attempt ${n} is not the revision it began at`),
    ...(rise ? [] : [`its epochs do not rise: ${known.map(({ epoch }) => epoch).join()}`]),
  ];
}

function revivalsOf({ before, after }: Step): string[] {
  if (before === undefined || before.gen !== after.gen) return [];
  const ends = new Map(after.attempts.map(({ n, outcome }) => [n, outcome]));
  const changed = before.attempts.filter(({ n, outcome }) => outcome && ends.has(n) && ends.get(n) !== outcome);
  return [
    ...(after.attempt < before.attempt ? [`attempt ${after.attempt} was written after ${before.attempt}`] : []),
    ...changed.map(({ n, outcome }) => `attempt ${n} had ended ${outcome}, and is ${ends.get(n) ?? 'open'}`),
  ];
}
