import { byTask, type Checker, isFinal, type RecordWrite, type Violation } from './task-history.ts';

const UNDO = 'undo-';

/** One step of a plan, or what takes it back, as its task was seen. */
type Part = {
  readonly step: string;
  readonly task: string;
  /** Revisions of its first write and of the one that ended it. */
  readonly begun: number;
  readonly ended: number;
  /** When it ended, as its record says: the order in which steps are undone. */
  readonly endedAt: number;
  readonly ok: boolean;
};

/** Plans: what was done is undone once, only when it had been done, the latest first, one after the other. */
export const checkPlans: Checker = ({ writes }) => {
  const parts = [...byTask(writes).values()].flatMap((own) => partOf(own) ?? []);
  return [...Map.groupBy(parts, ({ parent }) => parent).values()].flatMap(undoneInReverse);
};

function partOf(own: readonly RecordWrite[]): (Part & { readonly parent: string }) | undefined {
  const [first] = own;
  const parent = first?.record?.parent;
  if (first === undefined || parent === undefined) return undefined;
  const end = own.find(({ record }) => record !== undefined && isFinal(record));
  const ok = end?.record?.state === 'succeeded';
  const ended = end?.rev ?? Number.POSITIVE_INFINITY;
  const endedAt = Date.parse(end?.record?.finished_at ?? '');
  return { parent: parent.id, step: parent.step, task: first.id, begun: first.rev, ended, endedAt, ok };
}

function undoneInReverse(parts: readonly Part[]): Violation[] {
  const done = new Map(parts.filter(({ ok }) => ok).map((part) => [part.step, part]));
  const undos = parts.filter(({ step }) => step.startsWith(UNDO)).toSorted((a, b) => a.begun - b.begun);
  return undos.flatMap((undo, i) => {
    const before = undos[i - 1];
    const undone = done.get(undo.step.slice(UNDO.length));
    const earlier = before && done.get(before.step.slice(UNDO.length));
    const problems = [
      ...(undone === undefined || undone.ended > undo.begun ? ['was begun for a step that was not done'] : []),
      ...(undone && earlier && undone.endedAt > earlier.endedAt
        ? [`came after ${before.step}, whose step was done before`]
        : []),
      ...(before && before.ended > undo.begun ? [`was begun before ${before.step} had ended`] : []),
    ];
    return problems.map((what) => ({ invariant: 'C2', task: undo.task, what }));
  });
}
