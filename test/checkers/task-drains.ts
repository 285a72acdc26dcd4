import { byTask, type Checker } from './task-history.ts';

/** A worker that has drained left nothing: none of its attempts is open then, and none is found lost later. */
export const checkDrains: Checker = ({ drained, writes }) =>
  [...byTask(writes)].flatMap(([task, own]) =>
    drained.flatMap(({ owner, at }) => {
      const record = own.findLast((write) => write.at <= at)?.record;
      const open = record?.attempts.at(-1);
      const left = record?.state === 'running' && open?.owner === owner && open.outcome === undefined;
      return left ? [{ invariant: 'drain', task, what: `${owner} has drained and left its attempt ${open.n}` }] : [];
    }),
  );
