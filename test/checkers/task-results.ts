import { type Checker, isFinal, type ResultSeen, stepsOf, type Violation } from './task-history.ts';

/** T7: each generation has one result, that of its record, and none is followed by that of an older one. */
export const checkResults: Checker = ({ results, writes }) => {
  const ends = new Map(
    stepsOf(writes)
      .filter(({ after }) => isFinal(after))
      .map(({ after }) => [`${after.id} ${after.gen}`, after.state]),
  );
  const stored = Map.groupBy(results, ({ id }) => id);
  return [...[...stored].flatMap(([id, own]) => ordered(id, own)), ...agreeing(ends, results)];
};

function ordered(task: string, own: readonly ResultSeen[]): Violation[] {
  return own.flatMap(({ gen }, i) => {
    const before = own[i - 1]?.gen ?? 0;
    return gen > before
      ? []
      : [{ invariant: 'tasks.T7', task, what: `the result of ${gen} came after that of ${before}` }];
  });
}

function agreeing(ends: ReadonlyMap<string, string>, results: readonly ResultSeen[]): Violation[] {
  const told = new Map(results.map(({ id, gen, state }) => [`${id} ${gen}`, state]));
  const silent = [...ends.keys()].filter((end) => !told.has(end));
  const wrong = [...told].filter(([end, state]) => ends.get(end) !== state);
  return [
    ...silent.map((end) => ({ invariant: 'tasks.T7', task: taskIn(end), what: 'ended without a result' })),
    ...wrong.map(([end, state]) => ({
      invariant: 'tasks.T7',
      task: taskIn(end),
      what: `its result says ${state}, its record ${ends.get(end) ?? 'nothing'}`,
    })),
  ];
}

const taskIn = (end: string): string => end.split(' ')[0] ?? end;
