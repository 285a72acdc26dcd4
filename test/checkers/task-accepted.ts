import { canonicalJson } from '@seedcore/protocol';
import { type Accepted, byTask, type Checker, isFinal, type SeenRecord } from './task-history.ts';

/** T1: what was accepted is there, is what was handed in, and has come to an end. */
export const checkAccepted: Checker = ({ accepted, writes }) => {
  const tasks = byTask(writes);
  return accepted.flatMap((one) => {
    const records = (tasks.get(one.id) ?? []).flatMap(({ record }) => record ?? []);
    return problemsOf(one, records).map((what) => ({ invariant: 'tasks.T1', task: one.id, what }));
  });
};

function problemsOf(accepted: Accepted, records: readonly SeenRecord[]): string[] {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return ['was accepted, and there is no record of it'];
  const other = isOther(accepted, first) ? ['was accepted as another task than the one in its record'] : [];
  return isFinal(last) ? other : [...other, `was accepted, and is left ${last.state} in attempt ${last.attempt}`];
}

/** Large params are not in the record; their hash is the code's own affair. */
function isOther({ type, params }: Accepted, { spec, input_ref }: SeenRecord): boolean {
  if (spec === undefined) return true;
  return spec.type !== type || (!input_ref && canonicalJson(spec.params) !== canonicalJson(params));
}
