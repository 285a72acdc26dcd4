import { byTask, type Checker, type RecordWrite } from './task-history.ts';

/** Time that a cancelled task may still run: five seconds for its owner, one for what follows. */
const GRACE_MS = 6_000;

/** T10: nothing runs for a task 6 s after somebody wished it cancelled: it has ended, and does no effect. */
export const checkCancelled: Checker = ({ writes, effects }) =>
  [...byTask(writes)].flatMap(([task, own]) => {
    const wishedAt = own.find(({ record }) => isUnwanted(record))?.at;
    if (wishedAt === undefined) return [];
    const over = wishedAt + GRACE_MS;
    const late = effects.filter((effect) => effect.task === task && effect.did === 'done' && effect.at > over);
    const endedAt = own.find((write) => write.at >= wishedAt && write.record?.state === 'cancelled')?.at;
    return [
      ...late.map(({ step, at }) => `did its effect ${step} ${at - wishedAt} ms after it was cancelled`),
      ...(endedAt !== undefined && endedAt > over ? [`was cancelled after ${endedAt - wishedAt} ms only`] : []),
    ].map((what) => ({ invariant: 'tasks.T10', task, what }));
  });

const isUnwanted = (record: RecordWrite['record']): boolean =>
  record?.desired === 'cancel' || record?.state === 'cancelled';
