import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

/** The steps a new generation need not run again, or the steps there are when none is called `fromStep`. */
export type KeptSteps = { readonly kept: TaskRecord['kept'] } | { readonly known: readonly string[] };

/** Those that ended before `fromStep`; all, when it is the one in which an attempt failed. Without it, none. */
export async function keptSteps(
  shelf: TaskShelf,
  record: TaskRecord | undefined,
  fromStep: string | undefined,
): Promise<KeptSteps> {
  if (fromStep === undefined) return { kept: {} };
  if (record === undefined) return { known: [] };
  const ended = await shelf.steps(record);
  const at = ended.indexOf(fromStep);
  const failedIn = record.attempts.flatMap(({ step }) => step ?? []);
  if (at === -1 && !failedIn.includes(fromStep)) return { known: [...new Set([...ended, ...failedIn])] };
  const before = at === -1 ? ended : ended.slice(0, at);
  return { kept: Object.fromEntries(before.map((step) => [step, record.kept[step] ?? record.gen])) };
}
